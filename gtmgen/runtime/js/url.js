// URLs as GTM's variables read them. No WHATWG URL: QuickJS has none, and both hosts must agree.
(function (rt) {
  'use strict';

  const escape = (text, characters) => text.replace(characters, (one) => {
    try { return encodeURIComponent(one).replace(/'/g, '%27'); } catch (error) { return '%EF%BF%BD'; }
  });
  const PORTS = {http: '80', https: '443'};

  // {href, origin, protocol, username, password, host, hostname, port, pathname, search,
  //  searchParams, hash} of an absolute URL, or undefined.
  rt.parseUrl = function (text, protocol) {
    text = String(text).trim();
    if (/^\/\//.test(text)) text = (protocol || 'https') + ':' + text;
    const match = /^([a-z][a-z0-9+.-]*):\/\/(?:([^/?#@:\\]*)(?::([^/?#@\\]*))?@)?([^/?#:\\\s<>"^|`{}]+)(?::(\d*))?([/\\][^?#]*)?(\?[^#]*)?(#[\s\S]*)?$/i.exec(text);
    if (!match || Number(match[5] || 0) > 65535) return undefined;
    const scheme = match[1].toLowerCase();
    const hostname = match[4].toLowerCase();
    const port = match[5] && match[5] !== PORTS[scheme] ? String(Number(match[5])) : '';
    const host = hostname + (port ? ':' + port : '');
    const search = match[7] && match[7] !== '?' ? escape(match[7], /[\s"<>'\u0080-\uffff]+/g) : '';
    const hash = match[8] && match[8] !== '#' ? escape(match[8], /[\s"<>`\u0080-\uffff]+/g) : '';
    const pathname = escape(rt.normalizePath((match[6] || '/').replace(/\\/g, '/')), /[\s"<>`{}\u0080-\uffff]+/g);
    const credentials = match[2] ? match[2] + (match[3] ? ':' + match[3] : '') + '@' : '';
    return {
      href: scheme + '://' + credentials + host + pathname + search + hash,
      origin: scheme + '://' + host, protocol: scheme + ':', username: match[2] || '',
      password: match[3] || '', host, hostname, port, pathname, search,
      searchParams: rt.queryOf(search), hash,
    };
  };

  // An address without a host (mailto:, tel:, javascript:), or undefined.
  rt.parseOpaqueUrl = function (text) {
    const match = /^([a-z][a-z0-9+.-]*):(?!\/\/)([^?#]*)(\?[^#]*)?(#[\s\S]*)?$/i.exec(String(text).trim());
    if (!match) return undefined;
    const search = match[3] && match[3] !== '?' ? match[3] : '';
    return {
      href: match[0], origin: 'null', protocol: match[1].toLowerCase() + ':', username: '', password: '', host: '',
      hostname: '', port: '', pathname: match[2], search, searchParams: rt.queryOf(search), hash: match[4] || '',
    };
  };

  rt.normalizePath = function (path) {
    const result = [];
    const parts = path.split('/').slice(1);
    parts.forEach((part, index) => {
      const last = index === parts.length - 1;
      if (part === '..' || /^(\.|%2e){2}$/i.test(part)) {
        result.pop();
        if (last) result.push('');
      } else if (part === '.' || /^%2e$/i.test(part)) {
        if (last) result.push('');
      } else {
        result.push(part);
      }
    });
    return '/' + result.join('/');
  };

  // A reference as a browser resolves it against an absolute base.
  rt.resolveUrl = function (reference, base) {
    const from = rt.parseUrl(base);
    reference = String(reference).trim();
    if (/^[a-z][a-z0-9+.-]*:/i.test(reference)) {
      const parsed = rt.parseUrl(reference);
      return parsed ? parsed.href : reference;
    }
    if (!from) return reference;
    if (/^\/\//.test(reference)) return (rt.parseUrl(from.protocol + reference) || {href: reference}).href;
    let target;
    if (reference === '') target = from.pathname + from.search;
    else if (reference[0] === '#') target = from.pathname + from.search + reference;
    else if (reference[0] === '?') target = from.pathname + reference;
    else if (reference[0] === '/') target = reference;
    else target = from.pathname.replace(/[^/]*$/, '') + reference;
    const parsed = rt.parseUrl(from.origin + target);
    return parsed ? parsed.href : from.origin + target;
  };

  const decode = (text) => {
    try { return decodeURIComponent(text.replace(/\+/g, ' ')); } catch (error) { return text; }
  };

  rt.queryOf = function (search) {
    const values = {};
    for (const pair of search.replace(/^\?/, '').split('&')) {
      if (!pair) continue;
      const at = pair.indexOf('=');
      const key = decode(at < 0 ? pair : pair.slice(0, at));
      const value = at < 0 ? '' : decode(pair.slice(at + 1));
      if (Object.hasOwn(values, key)) rt.setOwn(values, key, [].concat(values[key], value));
      else rt.setOwn(values, key, value);
    }
    return values;
  };
})
