// Variables: every web type, built-in ones, defaults and format options.
// Seen in gtm.js: vectors var-*, dl-*, str-*, bi-*, aev-*; facts of section 5 of the export format.
(function (rt) {
  'use strict';

  const isSet = (value) => value === true || value === 'true';

  // ------------------------------------------------------------------- URL components
  const EMPTY_PORT = {http: '80', https: '443'};

  const component = function (parsed, fields, raw) {
    switch (fields.component || 'URL') {
      case 'URL': return raw !== undefined ? raw.replace(/#[\s\S]*$/, '') : parsed.href.replace(/#[\s\S]*$/, '');
      case 'PROTOCOL': return parsed.protocol.replace(':', '').toLowerCase();
      case 'HOST': {
        const host = parsed.hostname.toLowerCase();
        return isSet(fields.stripWww) ? host.replace(/^www\d*\./, '') : host;
      }
      case 'PORT': return parsed.port || EMPTY_PORT[parsed.protocol.replace(':', '')] || '';
      case 'PATH': {
        const path = parsed.pathname[0] === '/' ? parsed.pathname : '/' + parsed.pathname;
        const defaults = fields.defaultPages;
        const last = path.split('/').pop();
        return Array.isArray(defaults) && defaults.includes(last) ? path.slice(0, -last.length) : path;
      }
      case 'QUERY': return query(parsed.search, fields.queryKey);
      case 'EXTENSION': {
        const parts = parsed.pathname.split('.');
        return parts.length > 1 ? parts[parts.length - 1].split('/')[0] : '';
      }
      case 'FRAGMENT': return parsed.hash.replace('#', '');
      default: return parsed.href;
    }
  };

  const query = function (search, key) {
    const text = search.replace(/^\?/, '');
    if (key === undefined || key === null || key === '') return text;
    for (const one of Array.isArray(key) ? key : [String(key)]) {
      for (const pair of text.split('&')) {
        const at = pair.indexOf('=');
        const name = at < 0 ? pair : pair.slice(0, at);
        if (decodeQuietly(name.replace(/\+/g, ' ')) !== one) continue;
        const value = at < 0 ? '' : pair.slice(at + 1);
        return decodeQuietly(value.replace(/\+/g, ' '));
      }
    }
    return undefined;
  };
  const decodeQuietly = (text) => { try { return decodeURIComponent(text); } catch (error) { return undefined; } };

  const parse = function (text) {
    const page = rt.host.location().href;
    return rt.parseUrl(rt.resolveUrl(text, page)) || rt.parseOpaqueUrl(text) || rt.parseUrl(page);
  };
  rt.urlComponent = (text, fields) => component(parse(text), fields, undefined);

  const urlVariable = function (fields) {
    const source = fields.customUrlSource;
    if (source === undefined || source === null || source === '') {
      return component(pageUrl(), fields, undefined);
    }
    if (typeof source !== 'string') {
      // Seen since mid 2025 (vector var-u-source-values): only text is taken apart.
      if ((fields.component || 'URL') === 'URL') return String(source).replace(/#[\s\S]*$/, '');
      throw new TypeError('The source of the URL is not a text.');
    }
    return component(parse(source), fields, source);
  };
  const pageUrl = function () {
    const place = rt.host.location();
    return {
      href: place.href, protocol: place.protocol, hostname: place.hostname, host: place.host,
      port: place.port, pathname: place.pathname, search: place.search, hash: place.hash,
    };
  };
  const referrerVariable = function (fields) {
    const referrer = rt.host.referrer();
    if (referrer === '') return '';
    if (fields.component === 'EXTENSION') return referrer;  // seen: vector var-f-extension
    const parsed = parse(referrer);
    return component(parsed, fields, undefined);
  };

  // ---------------------------------------------------------------------- other types
  const cookieValues = function (name, decode) {
    const values = [];
    for (const pair of rt.host.getCookie().split(';')) {
      const at = pair.indexOf('=');
      const key = (at < 0 ? pair : pair.slice(0, at)).trim();
      if (key !== name) continue;
      const raw = at < 0 ? '' : pair.slice(at + 1).trim();
      values.push(decode ? decodeURIComponent(raw) : raw);
    }
    return values;
  };
  rt.cookieValues = cookieValues;

  const windowValue = function (path) {
    let value = rt.host.window;
    for (const part of path.split('.')) {
      if (value === undefined || value === null) return undefined;
      value = value[part];
    }
    return rt.copyPlain(value);
  };

  const lookupTable = function (fields) {
    // Outputs and the default were resolved before; the last of two equal keys wins.
    const input = String(fields.input);
    let row;
    for (const one of fields.map || []) if (String(one.key) === input) row = one;
    return row ? row.value : isSet(fields.setDefaultValue) ? fields.defaultValue : undefined;
  };

  const regexTable = function (fields) {
    const input = String(fields.input);
    const ignoreCase = isSet(fields.ignoreCase);
    const full = isSet(fields.fullMatch);
    for (const row of fields.map || []) {
      const pattern = full ? `^(?:${row.key})$` : String(row.key);
      const found = new RegExp(pattern, ignoreCase ? 'i' : '').test(input);
      if (!found) continue;
      if (!isSet(fields.replaceAfterMatch) || typeof row.value !== 'string') return row.value;
      return input.replace(new RegExp(pattern, ignoreCase ? 'gi' : 'g'), row.value);
    }
    return isSet(fields.setDefaultValue) ? fields.defaultValue : undefined;
  };

  const tableObject = function (rows) {
    const result = {};
    for (const row of rows || []) rt.setOwn(result, row.parameter, row.parameterValue);
    return result;
  };

  const withDefault = (value, fields) =>
    (value === undefined && isSet(fields.setDefaultValue) ? fields.defaultValue : value);

  // Of a page without elements, a missing one is all that there can be.
  const needDom = function (what, missing) {
    if (rt.options.emptyPage) return missing;
    rt.addOnce(rt.records.needsDom, what);
    return undefined;
  };

  let htmlId = 0;
  const types = {
    v(fields) {
      // Seen: an empty name gives false.
      if (!fields.name || typeof fields.name !== 'string') return false;
      const version = fields.dataLayerVersion === undefined ? 2 : fields.dataLayerVersion;
      return withDefault(rt.copyPlain(rt.dataLayer.get(fields.name, version)), fields);
    },
    c: (fields) => fields.value,
    e: () => rt.event.name,
    jsm: (fields, raw) => {
      const source = rt.renderCode((raw.parameter || []).find((one) => one.key === 'javascript')?.value || '');
      try { return rt.host.evaluate(`(${source})`).call(rt.host.window); } catch (error) {
        rt.reportError(`variable ${raw.name}`, error);
        return undefined;
      }
    },
    j: (fields) => (fields.name ? windowValue(String(fields.name)) : undefined),
    k: (fields) => cookieValues(String(fields.name), isSet(fields.decodeCookie))[0],
    u: urlVariable,
    f: referrerVariable,
    smm: lookupTable,
    remm: regexTable,
    gtes: (fields) => tableObject(fields.eventSettingsTable),
    gtcs: (fields) => tableObject(fields.configSettingsTable),
    d: (fields) => (rt.host.document ? rt.domVariable(fields) : needDom('DOM element variable', 'null')),
    vis: (fields) => (rt.host.document ? rt.visibilityVariable(fields)
      : needDom('element visibility variable', false)),
    aev: (fields) => rt.autoEventVariable(fields),
    r: (fields) => {
      const min = fields.min === undefined || fields.min === '' ? 0 : Number(fields.min);
      const max = fields.max === undefined || fields.max === '' ? 2147483647 : Number(fields.max);
      return min + Math.floor(rt.host.random() * (max - min + 1));
    },
    ctv: () => String(rt.options.containerVersion ?? rt.container.versionId),
    cid: () => rt.container.publicId,
    dbg: () => Boolean(rt.options.debug),
    ev: () => rt.options.environment || '',
    hid: () => { htmlId += 1; return rt.currentHtmlId === undefined ? undefined : rt.currentHtmlId; },
    uv: () => undefined,
    gas: (fields) => analyticsSettings(fields),
    awec: (fields) => userData(fields),
  };

  // Settings of Universal Analytics, as its tags take them over: all fields, the cookie's domain among
  // those to set.
  const analyticsSettings = function (fields) {
    const result = {};
    for (const key of Object.keys(fields)) if (key !== 'cookieDomain') result[`vtp_${key}`] = fields[key];
    result.vtp_fieldsToSet = (fields.fieldsToSet || []).slice();
    if (fields.cookieDomain !== undefined) {
      result.vtp_fieldsToSet.push({fieldName: 'cookieDomain', value: fields.cookieDomain});
    }
    return result;
  };

  const userData = function (fields) {
    if (fields.mode !== 'MANUAL') {
      if (fields.mode === 'CODE') return fields.dataSource;
      rt.addOnce(rt.records.unsupported, 'variable type awec (its automatic mode reads the page)');
      return undefined;
    }
    const result = {};
    const address = {};
    for (const key of ['email', 'phone_number']) if (fields[key]) result[key] = fields[key];
    for (const key of ['first_name', 'last_name', 'street', 'city', 'region', 'postal_code', 'country']) {
      if (fields[key]) address[key] = fields[key];
    }
    if (Object.keys(address).length) result.address = address;
    return result;
  };

  // ------------------------------------------------------------------ built-in variables
  const auto = (key) => ({type: 'v', fields: {name: key, dataLayerVersion: 1}});
  const page = (part) => ({type: 'u', fields: {component: part}});
  const BUILT_IN = {
    PAGE_URL: page('URL'), PAGE_HOSTNAME: page('HOST'), PAGE_PATH: page('PATH'),
    REFERRER: {type: 'f', fields: {component: 'URL'}}, EVENT: {type: 'e', fields: {}},
    CLICK_ELEMENT: auto('gtm.element'), CLICK_CLASSES: auto('gtm.elementClasses'),
    CLICK_ID: auto('gtm.elementId'), CLICK_TARGET: auto('gtm.elementTarget'),
    CLICK_URL: auto('gtm.elementUrl'), CLICK_TEXT: {type: 'aev', fields: {varType: 'TEXT'}},
    FORM_ELEMENT: auto('gtm.element'), FORM_CLASSES: auto('gtm.elementClasses'),
    FORM_ID: auto('gtm.elementId'), FORM_TARGET: auto('gtm.elementTarget'),
    FORM_URL: auto('gtm.elementUrl'), FORM_TEXT: {type: 'aev', fields: {varType: 'TEXT'}},
    ERROR_MESSAGE: auto('gtm.errorMessage'), ERROR_URL: auto('gtm.errorUrl'),
    ERROR_LINE: auto('gtm.errorLineNumber'), NEW_HISTORY_URL: auto('gtm.newUrl'),
    OLD_HISTORY_URL: auto('gtm.oldUrl'), NEW_HISTORY_FRAGMENT: auto('gtm.newUrlFragment'),
    OLD_HISTORY_FRAGMENT: auto('gtm.oldUrlFragment'), NEW_HISTORY_STATE: auto('gtm.newHistoryState'),
    OLD_HISTORY_STATE: auto('gtm.oldHistoryState'), HISTORY_SOURCE: auto('gtm.historyChangeSource'),
    CONTAINER_VERSION: {type: 'ctv', fields: {}}, DEBUG_MODE: {type: 'dbg', fields: {}},
    RANDOM_NUMBER: {type: 'r', fields: {}}, CONTAINER_ID: {type: 'cid', fields: {}},
    HTML_ID: {type: 'hid', fields: {}}, ENVIRONMENT_NAME: {type: 'ev', fields: {}},
    VIDEO_PROVIDER: auto('gtm.videoProvider'), VIDEO_URL: auto('gtm.videoUrl'),
    VIDEO_TITLE: auto('gtm.videoTitle'), VIDEO_DURATION: auto('gtm.videoDuration'),
    VIDEO_PERCENT: auto('gtm.videoPercent'), VIDEO_VISIBLE: auto('gtm.videoVisible'),
    VIDEO_STATUS: auto('gtm.videoStatus'), VIDEO_CURRENT_TIME: auto('gtm.videoCurrentTime'),
    SCROLL_DEPTH_THRESHOLD: auto('gtm.scrollThreshold'), SCROLL_DEPTH_UNITS: auto('gtm.scrollUnits'),
    SCROLL_DEPTH_DIRECTION: auto('gtm.scrollDirection'),
    ELEMENT_VISIBILITY_RATIO: auto('gtm.visibleRatio'), ELEMENT_VISIBILITY_TIME: auto('gtm.visibleTime'),
    ELEMENT_VISIBILITY_FIRST_TIME: auto('gtm.visibleFirstTime'),
    ELEMENT_VISIBILITY_RECENT_TIME: auto('gtm.visibleLastTime'),
  };

  // ------------------------------------------------------------------------- formatting
  const literal = (parameter) => rt.resolveParameter(parameter);
  const convertNumber = function (value, separator) {
    if (typeof value !== 'string') return value;
    let text = value.trim();
    if (separator === 'COMMA') text = text.replace(/\./g, '').replace(',', '.');
    else if (separator === 'AUTOMATIC' && /,\d{1,2}$/.test(text)) text = text.replace(/\./g, '').replace(',', '.');
    else text = text.replace(/,/g, '');
    const converted = Number(text);
    return text === '' || Number.isNaN(converted) ? value : converted;
  };
  // One conversion after the other: what the first gives, the next may convert again.
  const format = function (value, options) {
    if (!options) return value;
    const casing = (options.caseConversionType || '').toUpperCase();
    if (typeof value === 'string' && casing === 'LOWERCASE') value = value.toLowerCase();
    if (typeof value === 'string' && casing === 'UPPERCASE') value = value.toUpperCase();
    if (options.convertNullToValue && value === null) value = literal(options.convertNullToValue);
    if (options.convertUndefinedToValue && value === undefined) value = literal(options.convertUndefinedToValue);
    if (options.convertTrueToValue && value === true) value = literal(options.convertTrueToValue);
    if (options.convertFalseToValue && value === false) value = literal(options.convertFalseToValue);
    // Not recorded anywhere: made by Google's compiler in a way that nobody outside has seen.
    if (options.convertToNumber) value = convertNumber(value, String(options.convertToNumber).toUpperCase());
    if (options.convertToBoolean && (value === 'true' || value === 'false')) value = value === 'true';
    return value;
  };

  const TYPES_READING_RAW = new Set(['jsm']);
  const evaluate = function (definition) {
    let value;
    try {
      if (definition.template) {
        const fields = rt.resolveParameters(definition.parameter);
        value = rt.evaluateTemplateVariable(definition.template, fields, {eventId: rt.event && rt.event.id});
      } else if (Object.hasOwn(types, definition.type)) {
        const fields = TYPES_READING_RAW.has(definition.type) ? {}
          : definition.fields || rt.resolveParameters(definition.parameter);
        value = types[definition.type](fields, definition);
      } else {
        rt.addOnce(rt.records.unsupported, `variable type ${definition.type}`);
        return undefined;
      }
    } catch (error) {
      // Seen in gtm.js: a variable that throws is false, and no format option applies to that.
      rt.reportError(`variable ${definition.name}`, error);
      return false;
    }
    if (value === rt.THREW) return false;
    return format(value, definition.formatValue);
  };

  // ----------------------------------------------------------------------------- by name
  const open = new Set();
  rt.THREW = {};
  rt.variable = function (name) {
    if (name === '_event') return rt.event.name;
    const definition = rt.container.variables.get(name);
    if (!definition) {
      rt.addOnce(rt.records.unsupported, `{{${name}}} (the container has no such variable)`);
      return undefined;
    }
    if (open.has(name)) return undefined;  // a circle
    open.add(name);
    const named = definition.template ? ` (template \`${definition.template.name}\`)` : '';
    try {
      return rt.during(`the variable \`${name}\`${named}`, () => evaluate(definition));
    } finally { open.delete(name); }
  };
  rt.builtInVariable = (type) => BUILT_IN[type];
  rt.variableTypes = types;
  rt.builtInVariables = BUILT_IN;
  rt.withDefault = withDefault;
})
