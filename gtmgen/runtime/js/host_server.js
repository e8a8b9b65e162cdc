// The host of a server container in QuickJS: one request at a time, its answer, and the requests that
// templates send, which are answered here and recorded.
(function (rt) {
  'use strict';

  Object.assign(rt.records, {logs: [], http: [], responses: [], bigquery: [], pixels: []});
  let answers = [];

  rt.runPageCode = function (work) {
    try { return work(); } catch (error) {
      if (error instanceof InternalError) throw error;
      rt.reportError('task', error);
      return undefined;
    }
  };

  rt.openServer = function (options) {
    rt.startClock(options.now, options.seed);
    rt.forgetCookies();
    answers = (options.answers || []).map((one) => ({...one, left: one.times}));
  };

  // `raw.time`, in milliseconds since 1970, is when the request arrives, if not at once. The request:
  // {step, method, url, path, queryString, query, headers, body, remoteAddress}; names of headers in
  // lower case. A request with `keeps_cookies: false` is from the page of another site: a browser sends
  // no cookies along, and keeps none.
  rt.openRequest = function (step, raw) {
    rt.wait(raw.time);
    const parsed = rt.parseUrl(raw.url);
    if (!parsed) throw new Error(`not an absolute URL: ${raw.url}`);
    const headers = {};
    for (const name of Object.keys(raw.headers || {})) headers[name.toLowerCase()] = String(raw.headers[name]);
    rt.requestHost = parsed.hostname;
    if (raw.keeps_cookies !== false) {
      const cookie = rt.cookiesFor(parsed.hostname, parsed.pathname, headers.cookie);
      if (cookie !== '') headers.cookie = cookie;
    }
    rt.request = {
      keepsCookies: raw.keeps_cookies !== false,
      step, method: (raw.method || 'GET').toUpperCase(), url: raw.url, path: parsed.pathname,
      queryString: parsed.search.slice(1), query: parsed.searchParams, headers, body: raw.body,
      remoteAddress: raw.remote_address || '203.0.113.1',
    };
    rt.response = {step, client: null, status: null, headers: {}, body: null, cookies: [], sent: false, events: []};
    rt.records.responses.push(rt.response);
  };

  // The first answer whose pattern the address matches and that is not used up.
  const answerTo = function (url) {
    const answer = answers.find((one) => one.left !== 0 && new RegExp(one.match || '').test(url));
    if (answer && answer.left > 0) answer.left -= 1;
    return answer || {status: 200, body: '{"code":0}'};
  };

  // Sends nothing: records the request and gives its answer later: `done({status, headers, body})`, or
  // `done(null, 'failed' | 'timed_out')`.
  rt.sendHttp = function (url, options, body, done) {
    const answer = answerTo(url);
    const headers = {};
    for (const name of Object.keys(options.headers || {})) headers[name] = String(options.headers[name]);
    rt.records.http.push({
      step: rt.currentStep, what: rt.doing, tag: rt.currentTag, event: rt.event ? rt.event.name : null, url,
      method: options.method || 'GET', headers, body: body === undefined ? null : String(body), time: rt.host.now(),
      answer: answer.fails ? {fails: answer.fails} : {status: answer.status || 200, body: answer.body || ''},
    });
    const timeout = options.timeout === undefined ? 15000 : Number(options.timeout);
    if (answer.fails) return void rt.schedule(() => done(null, answer.fails), answer.fails === 'timed_out' ? timeout : 1);
    rt.schedule(() => done({status: answer.status || 200, headers: answer.headers || {}, body: answer.body || ''}), 1);
  };

  rt.host = {
    document: null, now: () => Math.round(rt.now()),
    setTimeout: (task, delay) => rt.schedule(task, delay), clearTimeout: rt.cancel,
    location: () => rt.parseUrl(rt.request.url), referrer: () => rt.request.headers.referer || '', title: () => '',
    getCookie: () => rt.request.headers.cookie || '',
    sha256: (text, encoding, ok) => rt.schedule(() => ok(rt.sha256(text, encoding)), 1),
    random: rt.random,
    log: (level, list) => rt.records.logs.push({step: rt.currentStep, level, args: list.map((one) => rt.describe(one))}),
  };
})
