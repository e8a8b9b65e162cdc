// What templates read of a request, and what clients do with it: claim it, run the container, answer.
(function (rt) {
  'use strict';

  rt.clientApis = function (permitted) {
    const request = () => rt.request;
    const list = (values) => rt.copyAcross(values);
    return {
      getRequestHeader(name) { permitted('read_request', 'header', name); return request().headers[name.toLowerCase()]; },
      getRequestBody() { permitted('read_request', 'body'); return request().body === null ? undefined : request().body; },
      getRequestPath() { permitted('read_request', 'path'); return request().path; },
      getRequestMethod: () => request().method,
      getRequestQueryString() { permitted('read_request', 'query_parameter'); return request().queryString; },
      getRequestQueryParameters() {
        permitted('read_request', 'query_parameter');
        const values = {};
        for (const key of Object.keys(request().query)) rt.setOwn(values, key, rt.first(request().query[key]));
        return list(values);
      },
      getRequestQueryParameter(name) {
        permitted('read_request', 'query_parameter', name);
        return rt.first(request().query[name]);
      },
      getRemoteAddress() { permitted('read_request', 'remote_address'); return request().remoteAddress; },
      isRequestMpv2: () => rt.isGa4Request(request()),
      extractEventsFromMpv2() { permitted('read_request', 'body'); return list(rt.readGa4Events(request())); },

      claimRequest() {
        if (rt.response.client === null) rt.response.client = rt.currentClient;
      },
      runContainer(event, onComplete, onStart) {
        permitted('run_container');
        const done = typeof onComplete === 'function' ? rt.bindTag(onComplete) : undefined;
        if (typeof onStart === 'function') rt.quietly(rt.bindTag(onStart), [() => {}]);
        rt.runServerEvent(rt.copyAcross(event), () => rt.quietly(done));
      },
      returnResponse() { permitted('return_response'); rt.response.sent = true; },
      setResponseStatus(status) { permitted('access_response', 'status'); rt.response.status = status; },
      setResponseBody(body) { permitted('access_response', 'body'); rt.response.body = String(body); },
      setResponseHeader(name, value) {
        permitted('access_response', 'header', name);
        if (value === null || value === undefined) delete rt.response.headers[name.toLowerCase()];
        else rt.response.headers[name.toLowerCase()] = String(value);
      },
      setPixelResponse() {
        permitted('access_response', 'body');
        rt.response.headers['content-type'] = 'image/gif';
        rt.response.body = '(a pixel)';
      },
    };
  };
})
