// GA4's requests (version 2 of the protocol) as event data. Facts: server, section 2; the short names of
// items and client hints as public references of the protocol list them. What is not in these tables is
// left out of the event data.
(function (rt) {
  'use strict';

  const EVENT = {
    en: 'event_name', cid: 'client_id', uid: 'user_id', dl: 'page_location', dr: 'page_referrer', dt: 'page_title',
    ul: 'language', sr: 'screen_resolution', cu: 'currency', sid: 'ga_session_id', sct: 'ga_session_number',
    v: 'x-ga-protocol_version', tid: 'x-ga-measurement_id', gtm: 'x-ga-gtm_version', _p: 'x-ga-page_id',
    _s: 'x-ga-request_count', gcs: 'x-ga-gcs', gcd: 'x-ga-gcd', gcu: 'x-ga-gcu', dma: 'x-ga-dma', dma_cps: 'x-ga-dma_cps',
    npa: 'x-ga-npa', did: 'x-ga-did', gdid: 'x-ga-gdid', edid: 'x-ga-edid', ecid: 'x-ga-ecid', tfd: 'x-ga-tfd',
  };
  const HINTS = {
    uaa: 'architecture', uab: 'bitness', uafvl: 'full_version_list', uamb: 'mobile', uam: 'model', uap: 'platform',
    uapv: 'platform_version',
  };
  const ITEM = {
    id: 'item_id', nm: 'item_name', br: 'item_brand', ca: 'item_category', c2: 'item_category2', c3: 'item_category3',
    c4: 'item_category4', c5: 'item_category5', va: 'item_variant', pr: 'price', qt: 'quantity', cp: 'coupon',
    ds: 'discount', lp: 'index', ln: 'item_list_name', li: 'item_list_id', af: 'affiliation', lo: 'location_id',
    pi: 'promotion_id', pn: 'promotion_name', cn: 'creative_name', cs: 'creative_slot',
  };
  const ITEM_NUMBERS = new Set(['price', 'quantity', 'discount', 'index']);
  // How Google writes `user_data` in a request is not known; the requests that gtmgen makes have it as
  // JSON, under a name of their own.
  const USER_DATA = 'gtmgen.user_data';

  rt.ga4ItemNames = ITEM;

  rt.isGa4Request = (request) => request.path === '/g/collect' && rt.first(request.query.v) === '2';

  // `id1~nm2~k0color~v0red`: two characters of name, the value, and pairs of names and values of one's own.
  // A tilde in a value is doubled.
  const readItem = function (text) {
    const item = {};
    const own = {};
    for (const part of text.replace(/~~/g, '\u0000').split('~')) {
      const value = part.slice(2).replace(/\u0000/g, '~');
      const code = part.slice(0, 2);
      const custom = /^([kv])(\d)$/.exec(code);
      if (custom) rt.setOwn(own, custom[2], {...own[custom[2]], [custom[1]]: value});
      else if (Object.hasOwn(ITEM, code)) item[ITEM[code]] = ITEM_NUMBERS.has(ITEM[code]) ? Number(value) : value;
    }
    for (const pair of Object.values(own)) if (pair.k !== undefined) rt.setOwn(item, pair.k, pair.v);
    return item;
  };

  // A hit is anybody's text: what cannot be read is not there.
  const orUndefined = (attempt) => { try { return attempt(); } catch (error) { return undefined; } };

  const readParameter = function (data, items, name, text) {
    if (Object.hasOwn(EVENT, name)) rt.setOwn(data, EVENT[name], text);
    else if (name.startsWith('ep.')) rt.setOwn(data, name.slice(3), text);
    else if (name.startsWith('epn.')) rt.setOwn(data, name.slice(4), Number(text));
    else if (name.startsWith('up.')) userProperty(data, name.slice(3), text);
    else if (name.startsWith('upn.')) userProperty(data, name.slice(4), Number(text));
    else if (/^pr\d+$/.test(name)) items.push([Number(name.slice(2)), readItem(text)]);
    else if (Object.hasOwn(HINTS, name)) hint(data, HINTS[name], text);
    else if (name === USER_DATA) data.user_data = orUndefined(() => JSON.parse(text));
  };
  // Templates in public exports read them under this key.
  const userProperty = function (data, name, value) {
    const all = data['x-ga-mp2-user_properties'] = data['x-ga-mp2-user_properties'] || {};
    rt.setOwn(all, name, value);
  };
  const hint = function (data, name, text) {
    data.client_hints = data.client_hints || {};
    if (name === 'mobile') data.client_hints.mobile = text === '1';
    else if (name === 'full_version_list') {
      data.client_hints.full_version_list = text.split('|').map((one) => {
        const [brand, version] = one.split(';');
        return {brand: orUndefined(() => decodeURIComponent(brand)), version};
      });
    } else data.client_hints[name] = text;
  };

  // The address of the visitor: behind a load balancer the first of x-forwarded-for.
  const visitorAddress = (request) => (request.headers['x-forwarded-for'] || request.remoteAddress).split(',')[0].trim();

  // One object of event data for each event: parameters of the address hold for all, each line of the
  // body is one event.
  rt.readGa4Events = function (request) {
    const lines = (request.body || '').split(/\r?\n/).filter((line) => line.trim());
    return (lines.length ? lines : ['']).map((line) => {
      const data = {};
      const items = [];
      for (const source of [request.query, rt.queryOf(line)]) {
        for (const name of Object.keys(source)) readParameter(data, items, name, rt.first(source[name]));
      }
      if (items.length) data.items = items.sort((one, other) => one[0] - other[0]).map((one) => one[1]);
      const page = rt.parseUrl(data.page_location || '');
      if (page) {
        data.page_hostname = page.hostname;
        data.page_path = page.pathname;
      }
      data.ip_override = visitorAddress(request);
      if (request.headers['user-agent']) data.user_agent = request.headers['user-agent'];
      return data;
    });
  };
})
