// Text with {{variables}}: alone a reference keeps its type, in text it is printed, in the script of
// a Custom HTML tag it is the live value or an escaped string. Seen in gtm.js: vectors str-*, var-jsm-*.
(function (rt) {
  'use strict';

  const REFERENCE = /\{\{([^{}]+)\}\}/g;
  const cache = new Map();

  // [literal, name, literal, name, ..., literal]
  const split = function (source) {
    let parts = cache.get(source);
    if (!parts) {
      parts = source.split(REFERENCE);
      cache.set(source, parts);
    }
    return parts;
  };

  const print = (value) => (value === undefined || value === null ? '' : String(value));

  rt.resolveText = function (source) {
    const parts = split(source);
    if (parts.length === 1) return source;
    if (parts.length === 3 && parts[0] === '' && parts[2] === '') return rt.variable(parts[1]);
    return parts.map((part, index) => (index % 2 ? print(rt.variable(part)) : part)).join('');
  };
  rt.hasReference = (source) => split(source).length > 1;

  // A parameter of an export, as GTM's compiler types it.
  rt.resolveParameter = function (parameter) {
    const value = parameter.value;
    switch (parameter.type) {
      case 'LIST': return (parameter.list || []).map(rt.resolveParameter);
      case 'MAP': return rt.resolveParameters(parameter.map || []);
      case 'BOOLEAN': {
        const resolved = rt.resolveText(value || '');
        return resolved === 'true' ? true : resolved === 'false' || resolved === '' ? false : resolved;
      }
      case 'INTEGER': {
        const resolved = rt.resolveText(value === undefined ? '' : String(value));
        return typeof resolved === 'string' && /^-?\d+$/.test(resolved) ? Number(resolved) : resolved;
      }
      default: return rt.resolveText(value === undefined ? '' : String(value));
    }
  };
  rt.resolveParameters = function (parameters) {
    const result = {};
    for (const parameter of parameters || []) rt.setOwn(result, parameter.key, rt.resolveParameter(parameter));
    return result;
  };

  // ----------------------------------------------------------- references in code
  // The live values that rendered code refers to: google_tag_manager["rm"]["<container>"](n).
  const live = [];
  rt.liveReference = function (value) {
    live.push(value);
    return `google_tag_manager["rm"]["${rt.container.containerId}"](${live.length - 1})`;
  };
  rt.liveValue = function (index) {
    const one = live[index];
    return typeof one === 'function' ? one() : one;
  };

  const ESCAPES = {"'": '\\x27', '"': '\\x22', '\\': '\\\\', '<': '\\x3c', '>': '\\x3e', '/': '\\/', '&': '\\x26',
    '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f', '\v': '\\x0b', '\u2028': '\\u2028',
    '\u2029': '\\u2029', '\0': '\\x00', '`': '\\x60', '=': '\\x3d', '$': '\\x24'};
  const escapeString = (value) => String(value).replace(/['"\\<>/&\n\r\t\b\f\v\u2028\u2029\0`=$]/g, (one) => ESCAPES[one]);

  // Goes through JavaScript source and tells, for each reference, whether it stands in a string.
  const scanCode = function (parts, visit) {
    let quote = '';
    let comment = '';
    let result = '';
    parts.forEach((part, index) => {
      if (index % 2) {
        result += visit(part, quote !== '');
        return;
      }
      for (let at = 0; at < part.length; at += 1) {
        const one = part[at];
        const two = part.slice(at, at + 2);
        if (comment === 'line') {
          if (one === '\n') comment = '';
        } else if (comment === 'block') {
          if (two === '*/') { comment = ''; result += one; at += 1; result += part[at]; continue; }
        } else if (quote) {
          if (one === '\\') { result += one; at += 1; if (at < part.length) result += part[at]; continue; }
          if (one === quote || (one === '\n' && quote !== '`')) quote = '';
        } else if (two === '//' && part[at - 1] !== ':') {
          comment = 'line';
        } else if (two === '/*') {
          comment = 'block';
        } else if (one === '"' || one === "'" || one === '`') {
          quote = one;
        }
        result += one;
      }
    });
    return result;
  };

  // Custom JavaScript: references are read when the code reaches them.
  rt.renderCode = function (source) {
    const parts = split(source);
    if (parts.length === 1) return source;
    return scanCode(parts, (name, quoted) => (quoted
      ? escapeString(rt.variable(name))
      : rt.liveReference(() => rt.variable(name))));
  };

  // ------------------------------------------------------------------- Custom HTML
  const escapeHtml = (value) => print(value).replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);

  // Renders the HTML of a tag: in scripts as code (values of this moment), elsewhere as escaped text.
  rt.renderHtml = function (source) {
    const parts = split(source);
    if (parts.length === 1) return source;
    let result = '';
    let script = null;  // the parts of the script that is open
    const close = () => {
      result += scanCode(script, (name, quoted) => {
        const value = rt.variable(name);
        return quoted ? escapeString(value) : rt.liveReference(value);
      });
      script = null;
    };
    const text = function (part) {
      let rest = part;
      while (rest) {
        const match = script ? /<\/script/i.exec(rest) : /<script\b(?:[^>"']|"[^"]*"|'[^']*')*>/i.exec(rest);
        const end = match ? match.index + (script ? 0 : match[0].length) : rest.length;
        if (script) script[script.length - 1] += rest.slice(0, end);
        else result += rest.slice(0, end);
        rest = rest.slice(end);
        if (!match) return;
        if (script) {
          close();
          result += rest.slice(0, 8);
          rest = rest.slice(8);
        } else {
          script = [''];
        }
      }
    };
    parts.forEach((part, index) => {
      if (index % 2 === 0) text(part);
      else if (script) script.push(part, '');
      else result += escapeHtml(rt.variable(part));
    });
    if (script) close();
    return result;
  };
})
