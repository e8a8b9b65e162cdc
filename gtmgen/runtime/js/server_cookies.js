// The visitor's cookies between requests: what an answer sets comes with the next request to that site.
(function (rt) {
  'use strict';

  let kept = [];

  rt.forgetCookies = function () { kept = []; };

  // From setCookie of a template. Whether it goes out is known when the next request comes: an answer
  // that was sent before takes none along.
  rt.keepCookie = function (name, value, settings) {
    if (rt.response.sent) return;
    kept.push({name, value, settings, host: rt.requestHost, time: rt.now(), response: rt.response});
  };

  // Without a domain, a cookie is the host's own; `auto` is the widest that a browser takes.
  const isOfHost = function ({settings, host}, asked) {
    if (!settings.domain || settings.domain === 'none') return asked === host;
    const domain = settings.domain === 'auto' ? rt.effectiveDomain(host) || host : settings.domain.replace(/^\./, '');
    return asked === domain || asked.endsWith(`.${domain}`);
  };

  const isAlive = function ({settings, time}) {
    const age = settings['max-age'];
    return age === undefined || time + Number(age) * 1000 > rt.now();
  };

  // The header `cookie` of a request: what the visitor sends, with what answers have set since.
  rt.cookiesFor = function (host, path, header) {
    const cookies = new Map();
    for (const pair of (header || '').split(';').map((one) => one.trim()).filter(Boolean)) {
      cookies.set(cookies.has(pair.split('=')[0]) ? pair : pair.split('=')[0], pair);
    }
    for (const one of kept) {
      if (!one.response.sent || !isOfHost(one, host) || !path.startsWith(one.settings.path || '/')) continue;
      if (isAlive(one)) cookies.set(one.name, `${one.name}=${one.value}`);
      else cookies.delete(one.name);
    }
    return [...cookies.values()].join('; ');
  };
})
