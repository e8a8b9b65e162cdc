___INFO___

{
  "type": "MACRO",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Page identity (gtmgen)",
  "categories": [
    "UTILITY"
  ],
  "brand": {
    "id": "brand_dummy",
    "displayName": "gtmgen",
    "thumbnail": ""
  },
  "description": "What tells the pages of a single-page app apart: the path with the query parameters that count, or the part behind #.",
  "containerContexts": [
    "WEB"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "url",
    "displayName": "Address",
    "simpleValueType": true
  },
  {
    "type": "TEXT",
    "name": "fragment",
    "displayName": "The part behind #",
    "simpleValueType": true,
    "help": "For a hash router: this is then the page.",
    "canBeEmptyString": true
  },
  {
    "type": "TEXT",
    "name": "ignore",
    "displayName": "Query parameters that make no other page",
    "simpleValueType": true,
    "help": "Separated by commas; utm_* stands for all that begin so."
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const makeString = require('makeString');
const parseUrl = require('parseUrl');

const ignored = data.ignore ? data.ignore.split(',') : [];
const counts = (name) => ignored.every((pattern) => {
  if (pattern.charAt(pattern.length - 1) !== '*') return pattern !== name;
  return name.indexOf(pattern.slice(0, -1)) !== 0;
});
const withoutSlash = (path) =>
  path.length > 1 && path.charAt(path.length - 1) === '/' ? path.slice(0, -1) : path;

const url = parseUrl(makeString(data.url));
if (!url) return undefined;
const path = withoutSlash(url.pathname);
if (data.fragment !== undefined) {
  // The query of a hash router's address stands behind the #, too: #/p/1?x=2
  return path + '#' + withoutSlash(makeString(data.fragment).split('?')[0]);
}
const pairs = url.search.slice(1).split('&').filter((pair) => pair !== '' && counts(pair.split('=')[0]));
// A router may write them in another order.
return path + (pairs.length > 0 ? '?' + pairs.sort().join('&') : '');


___TESTS___

scenarios:
- name: Click IDs and campaigns make no other page, other parameters do
  code: |-
    const of = (url) => runCode({url: 'https://a.example' + url, ignore: 'utm_*,gclid'});
    assertThat(of('/p/?gclid=1&utm_source=x')).isEqualTo('/p');
    assertThat(of('/p?q=1&gclid=1')).isEqualTo('/p?q=1');
    assertThat(of('/')).isEqualTo('/');
    assertThat(of('/p?size=2&gclid=1&color=red')).isEqualTo(of('/p?color=red&size=2'));
- name: The part behind # is the page of a hash router
  code: |-
    assertThat(runCode({url: 'https://a.example/app', fragment: '/p/1/?x=2'})).isEqualTo('/app#/p/1');
    assertThat(runCode({url: 'https://a.example/app', fragment: ''})).isEqualTo('/app#');
- name: No address, no page
  code: |-
    assertThat(runCode({url: undefined})).isUndefined();


___NOTES___

Needs no permission: it reads what it is given.
