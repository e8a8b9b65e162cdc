// Variables of server containers: their own types and built-in ones, and those shared with the web.
// Facts: server, section 1; corpus.
(function (rt) {
  'use strict';

  // Tables, constants and what describes the container; the rest reads a page that is not there.
  const SHARED = new Set(['c', 'e', 'smm', 'remm', 'r', 'ctv', 'cid', 'dbg', 'ev']);
  const types = rt.variableTypes;
  for (const name of Object.keys(types)) if (!SHARED.has(name)) delete types[name];

  // The value at a path such as `user_data.address.country` or `items.0.item_id`.
  rt.valueAt = function (data, path) {
    let value = data;
    for (const key of String(path).split('.')) {
      if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
      value = value[key];
    }
    return value;
  };
  rt.first = (value) => (Array.isArray(value) ? value[0] : value);

  types.ed = (fields) => rt.withDefault(rt.copyPlain(rt.valueAt(rt.event.data, fields.keyPath)), fields);
  types.rh = (fields) => rt.withDefault(rt.request.headers[String(fields.headerName).toLowerCase()], fields);
  types.sgtmk = (fields) => rt.withDefault(rt.requestCookies(String(fields.name), fields.decodeCookie === true)[0], fields);
  types.qp = (fields) => rt.withDefault(rt.first(rt.request.query[String(fields.queryParamName)]), fields);
  types.__request = (fields) => rt.request[fields.part];
  types.__client = () => (rt.response.client === null ? undefined : rt.response.client);

  const request = (part) => ({type: '__request', fields: {part}});
  const builtIns = rt.builtInVariables;
  for (const name of Object.keys(builtIns)) delete builtIns[name];
  Object.assign(builtIns, {
    EVENT_NAME: {type: 'e', fields: {}}, CLIENT_NAME: {type: '__client', fields: {}},
    REQUEST_PATH: request('path'), REQUEST_METHOD: request('method'), QUERY_STRING: request('queryString'),
    CONTAINER_ID: {type: 'cid', fields: {}}, CONTAINER_VERSION: {type: 'ctv', fields: {}},
    DEBUG_MODE: {type: 'dbg', fields: {}}, ENVIRONMENT_NAME: {type: 'ev', fields: {}},
    // Where Google takes it from is not known: a region of the scenario.
    VISITOR_REGION: {type: 'c', get fields() { return {value: rt.options.region || undefined}; }},
  });

  // The values of a cookie in the request's Cookie header.
  rt.requestCookies = function (name, decode) {
    const values = [];
    for (const pair of (rt.request.headers.cookie || '').split(';')) {
      const at = pair.indexOf('=');
      if (at < 0 || pair.slice(0, at).trim() !== name) continue;
      const value = pair.slice(at + 1).trim();
      try { values.push(decode ? decodeURIComponent(value) : value); } catch (error) { values.push(value); }
    }
    return values;
  };
})
