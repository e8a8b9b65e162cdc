// Clients: asked in the order of their priority, the first that claims a request runs the container.
(function (rt) {
  'use strict';

  rt.loadClients = function (version, templates) {
    rt.clients = (version.client || []).map((raw, position) => ({
      name: raw.name, type: raw.type, raw, position, template: templates[raw.type],
      priority: Number((raw.priority && raw.priority.value) || raw.priority || 0),
    })).sort((one, other) => other.priority - one.priority || one.position - other.position);
  };

  // Runs the container's tags on event data; `done` is called when all of them have ended.
  let events = 0;
  rt.runServerEvent = function (data, done) {
    const before = rt.event;
    events += 1;
    rt.response.events.push(rt.describe(data));
    rt.handleEvent({id: events, name: data.event_name, message: data, data, callback: done});
    rt.event = before;
  };

  // What happens with a request that has several events: each runs the container, the answer comes last.
  const runGa4 = function (client) {
    rt.response.client = client.name;
    const all = rt.readGa4Events(rt.request);
    const {response} = rt;
    let left = all.length;
    for (const data of all) {
      rt.runServerEvent(data, () => {
        left -= 1;
        if (left === 0) response.sent = true;
      });
    }
  };

  const runTemplate = function (client) {
    rt.currentClient = client.name;
    rt.event = {id: 0, name: undefined, data: {}};
    rt.during(`the client \`${client.name}\` (template \`${client.template.name}\`)`, () =>
      rt.runTemplateTag(client.template, rt.resolveParameters(client.raw.parameter), {}, () => {}, () => {}));
  };

  const isSet = (client, key) => (client.raw.parameter || []).some((one) => one.key === key && one.value === 'true');

  rt.askClients = function () {
    const unknown = [];
    for (const client of rt.clients) {
      if (client.template) runTemplate(client);
      // Its paths other than the default ones are not known.
      else if (client.type === 'gaaw_client') { if (isSet(client, 'activateDefaultPaths') && rt.isGa4Request(rt.request)) runGa4(client); }
      // It delivers scripts of web containers; a hit is nothing to it.
      else if (client.type !== 'gtm_client' || !rt.isGa4Request(rt.request)) unknown.push(client.type);
      if (rt.response.client !== null) return;
    }
    for (const type of unknown) rt.addOnce(rt.records.unsupported, `client type ${type}`);
  };
})
