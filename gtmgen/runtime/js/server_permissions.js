// The permissions of server templates. Facts: sandbox, section 1.3; server, section 3. No server runtime
// was at hand: where the facts leave a doubt, the stricter reading stands here.
(function (rt) {
  'use strict';

  const listed = (rows, column, name) => (rows || []).some((row) =>
    String(row[column]).toLowerCase() === String(name).toLowerCase());
  const partAllowed = function (granted, part, name) {
    if (granted.requestAccess === 'any') return true;
    switch (part) {
      case 'header':
        return Boolean(granted.headersAllowed)
          && (granted.headerAccess === 'any' || (name !== undefined && listed(granted.headerWhitelist, 'headerName', name)));
      case 'query_parameter':
        return Boolean(granted.queryParametersAllowed) && (granted.queryParameterAccess === 'any'
          || (name !== undefined && listed(granted.queryParameterWhitelist, 'queryParameter', name)));
      case 'body': return Boolean(granted.bodyAllowed);
      case 'path': return Boolean(granted.pathAllowed);
      case 'remote_address': return Boolean(granted.remoteAddressAllowed);
      default: return false;
    }
  };
  const responseAllowed = function (granted, part, name) {
    if (granted.writeResponseAccess === 'any') return true;
    switch (part) {
      case 'header':
        return Boolean(granted.writeHeadersAllowed) && (granted.writeHeaderAccess === 'any'
          || listed(granted.writeHeaderWhitelist, 'headerName', name));
      case 'body': return Boolean(granted.writeBodyAllowed);
      case 'status': return Boolean(granted.writeStatusAllowed);
      default: return false;
    }
  };
  const orAny = (pattern, value) => pattern === '*' || pattern === value;

  // Which domains count as Google's is nowhere listed; `allowGoogleDomains` allows none here, and says so.
  const sendAllowed = function (granted, url) {
    if (rt.isUrlAllowed(url, granted.urls, granted.allowedUrls === 'any')) return true;
    if (granted.allowGoogleDomains) {
      rt.addOnce(rt.records.unsupported, `permission send_http: which of Google's domains it allows (${url.split('?')[0]})`);
    }
    return false;
  };

  Object.assign(rt.permissionChecks, {
    read_event_data: (granted, key) => granted.eventDataAccess === 'any'
      || (key !== undefined && rt.isKeyAllowed(key, granted.keyPatterns)),
    read_request: partAllowed,
    access_response: responseAllowed,
    send_http: sendAllowed,
    send_pixel_from_browser: (granted, url) => rt.isUrlAllowed(url, granted.urls, granted.allowedUrls === 'any'),
    access_bigquery: (granted, operation, projectId, datasetId, tableId) => (granted.allowedTables || []).some((row) =>
      row.operation === operation && orAny(row.projectId, projectId) && orAny(row.datasetId, datasetId)
      && orAny(row.tableId, tableId)),
  });
})
