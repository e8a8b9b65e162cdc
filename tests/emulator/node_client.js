// Google's own Node client against an emulator: node node_client.js <url> <container path>
// Prints what it got as one line of JSON.
'use strict';
const assert = require('node:assert');
const {tagmanager, auth} = require('@googleapis/tagmanager');

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return [error.status, error.message, error.response.data.error.errors[0].reason];
  }
  throw new Error('this had to fail');
}

async function main([url, container]) {
  const oauth = new auth.OAuth2();
  oauth.setCredentials({access_token: 'fake'});
  const anonymous = tagmanager({version: 'v2', rootUrl: url});
  const known = tagmanager({version: 'v2', rootUrl: url, auth: oauth});
  const got = {};

  const {data: {workspace: [{path: parent}]}} =
    await anonymous.accounts.containers.workspaces.list({parent: container});
  const {tags, triggers, built_in_variables: builtIns} = anonymous.accounts.containers.workspaces;

  const trigger = (await triggers.create({
    parent, requestBody: {name: 'All', type: 'pageview'},
  })).data;
  const requestBody = {
    name: 'Größe', type: 'html', firingTriggerId: [trigger.triggerId],
    parameter: [{type: 'template', key: 'html', value: '<b>'}],
  };
  const tag = (await tags.create({parent, requestBody})).data;
  got.listed = (await tags.list({parent})).data.tag.map(item => item.name);

  const theirs = known.accounts.containers.workspaces.tags;
  const updated = (await theirs.update({
    path: tag.path, fingerprint: tag.fingerprint, requestBody: {...requestBody, paused: true},
  })).data;
  assert.deepStrictEqual((await theirs.get({path: tag.path})).data, updated);
  got.paused = updated.paused;
  got.stale = await failure(theirs.update({
    path: tag.path, fingerprint: tag.fingerprint, requestBody,
  }));
  got.duplicate = await failure(tags.create({parent, requestBody}));
  got.missing = await failure(tags.get({path: `${parent}/tags/999`}));

  const enabled = await builtIns.create({parent, type: ['clickUrl', 'clickText']});
  got.enabled = enabled.data.builtInVariable.map(item => item.name);
  const bulk = await known.accounts.containers.workspaces.bulk_update({
    path: parent,
    requestBody: {changes: [
      {folder: {folderId: 'new_1', name: 'F'}, changeStatus: 'added'},
      {tag: {...updated, parentFolderId: 'new_1'}, changeStatus: 'updated'},
    ]},
  });
  got.bulk = bulk.data.changes.map(item => item.changeStatus);

  got.deleted = (await tags.delete({path: tag.path})).status;
  got.left = (await tags.list({parent})).data;
  const made = await known.accounts.containers.workspaces.create_version({
    path: parent, requestBody: {name: 'From Node'},
  });
  const published = await known.accounts.containers.versions.publish({
    path: made.data.containerVersion.path,
  });
  got.live = published.data.containerVersion.name;
  console.log(JSON.stringify(got));
}

main(process.argv.slice(2)).catch(error => {
  console.error(error);
  process.exitCode = 1;
});
