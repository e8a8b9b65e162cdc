___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "TikTok Pixel (gtmgen)",
  "categories": [
    "ADVERTISING",
    "CONVERSIONS",
    "ANALYTICS"
  ],
  "brand": {
    "id": "brand_dummy",
    "displayName": "gtmgen",
    "thumbnail": ""
  },
  "description": "Loads the TikTok Pixel and sends an event or a page view to it: with an event ID for deduplication, contents from GA4 items, and hashed identifiers.",
  "containerContexts": [
    "WEB"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "pixel_id",
    "displayName": "Pixel ID",
    "simpleValueType": true,
    "help": "The ID of the pixel, from Events Manager.",
    "valueValidators": [
      {
        "type": "NON_EMPTY"
      }
    ],
    "alwaysInSummary": true
  },
  {
    "type": "SELECT",
    "name": "command",
    "displayName": "Send",
    "macrosInSelect": false,
    "selectItems": [
      {
        "value": "track",
        "displayValue": "Event"
      },
      {
        "value": "page",
        "displayValue": "Page view"
      }
    ],
    "simpleValueType": true,
    "defaultValue": "track",
    "alwaysInSummary": true
  },
  {
    "type": "GROUP",
    "name": "event_group",
    "displayName": "Event",
    "groupStyle": "NO_ZIPPY",
    "subParams": [
      {
        "type": "TEXT",
        "name": "event",
        "displayName": "Event name",
        "simpleValueType": true,
        "help": "TikTok's name of the event, e.g. Purchase. Upper and lower case matter.",
        "valueValidators": [
          {
            "type": "NON_EMPTY"
          }
        ],
        "alwaysInSummary": true,
        "enablingConditions": [
          {
            "paramName": "command",
            "paramValue": "track",
            "type": "EQUALS"
          }
        ]
      },
      {
        "type": "TEXT",
        "name": "event_id",
        "displayName": "Event ID",
        "simpleValueType": true,
        "help": "The ID that browser and server send for the same event."
      },
      {
        "type": "TEXT",
        "name": "items",
        "displayName": "Items",
        "simpleValueType": true,
        "help": "A variable with an array of items as GA4 has them. It becomes the event's contents."
      },
      {
        "type": "TEXT",
        "name": "content_id_key",
        "displayName": "Item field with the content ID",
        "simpleValueType": true,
        "help": "The field of an item whose value is the ID in the catalogue (sku_id, or item_group_id for product groups).",
        "defaultValue": "item_id"
      },
      {
        "type": "SELECT",
        "name": "content_type",
        "displayName": "Content type",
        "macrosInSelect": false,
        "selectItems": [
          {
            "value": "product",
            "displayValue": "product"
          },
          {
            "value": "product_group",
            "displayValue": "product_group"
          }
        ],
        "simpleValueType": true,
        "defaultValue": "product"
      },
      {
        "type": "SIMPLE_TABLE",
        "name": "params",
        "displayName": "Parameters",
        "simpleTableColumns": [
          {
            "defaultValue": "",
            "displayName": "Name",
            "name": "name",
            "type": "TEXT",
            "isUnique": true
          },
          {
            "defaultValue": "",
            "displayName": "Value",
            "name": "value",
            "type": "TEXT"
          },
          {
            "defaultValue": "string",
            "displayName": "Type",
            "name": "type",
            "type": "SELECT",
            "selectItems": [
              {
                "value": "string",
                "displayValue": "string"
              },
              {
                "value": "number",
                "displayValue": "number"
              },
              {
                "value": "integer",
                "displayValue": "integer"
              },
              {
                "value": "boolean",
                "displayValue": "boolean"
              },
              {
                "value": "currency",
                "displayValue": "currency"
              },
              {
                "value": "any",
                "displayValue": "any"
              }
            ],
            "macrosInSelect": false
          }
        ],
        "newRowButtonText": "Add parameter",
        "help": "Parameters under TikTok's names. Empty values, and numbers that are none, are left out; 0 is a value."
      }
    ],
    "enablingConditions": [
      {
        "paramName": "command",
        "paramValue": "track",
        "type": "EQUALS"
      }
    ]
  },
  {
    "type": "GROUP",
    "name": "identity_group",
    "displayName": "Identity",
    "groupStyle": "ZIPPY_CLOSED",
    "subParams": [
      {
        "type": "SIMPLE_TABLE",
        "name": "identify",
        "displayName": "Identifiers",
        "simpleTableColumns": [
          {
            "defaultValue": "email",
            "displayName": "Name",
            "name": "name",
            "type": "SELECT",
            "isUnique": true,
            "selectItems": [
              {
                "value": "email",
                "displayValue": "email"
              },
              {
                "value": "phone_number",
                "displayValue": "phone_number"
              },
              {
                "value": "external_id",
                "displayValue": "external_id"
              }
            ],
            "macrosInSelect": false
          },
          {
            "defaultValue": "",
            "displayName": "Value",
            "name": "value",
            "type": "TEXT"
          }
        ],
        "newRowButtonText": "Add identifier",
        "help": "Normalised and hashed (SHA-256) in the browser before they are sent. A value that is a hash already is passed on."
      },
      {
        "type": "TEXT",
        "name": "phone_country_code",
        "displayName": "Country code of national phone numbers",
        "simpleValueType": true,
        "help": "Completes numbers that start with a single 0. Without it they are left out, as are all others that are not international.",
        "valueHint": "+49"
      }
    ]
  },
  {
    "type": "GROUP",
    "name": "pixel_group",
    "displayName": "Pixel",
    "groupStyle": "ZIPPY_CLOSED",
    "subParams": [
      {
        "type": "CHECKBOX",
        "name": "history_observer",
        "displayName": "",
        "checkboxText": "Let the pixel send a page view at every change of the address",
        "simpleValueType": true,
        "defaultValue": false,
        "help": "Off: page views are sent by tags only."
      },
      {
        "type": "CHECKBOX",
        "name": "limited_data_use",
        "displayName": "",
        "checkboxText": "Limited data use",
        "simpleValueType": true,
        "defaultValue": false,
        "help": "Loads the pixel with limited_data_use."
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "consent",
    "displayName": "Consent types",
    "simpleValueType": true,
    "help": "Separated by commas: what the pixel needs. When one is withdrawn, the pixel is told."
  },
  {
    "type": "SELECT",
    "name": "while_denied",
    "displayName": "While consent is denied",
    "simpleValueType": true,
    "macrosInSelect": false,
    "selectItems": [
      {
        "value": "drop",
        "displayValue": "GTM holds the tag back"
      },
      {
        "value": "hold",
        "displayValue": "The calls wait on the page"
      }
    ]
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const addConsentListener = require('addConsentListener');
const callInWindow = require('callInWindow');
const copyFromWindow = require('copyFromWindow');
const createQueue = require('createQueue');
const encodeUriComponent = require('encodeUriComponent');
const getTimestampMillis = require('getTimestampMillis');
const getType = require('getType');
const injectScript = require('injectScript');
const isConsentGranted = require('isConsentGranted');
const logToConsole = require('logToConsole');
const makeNumber = require('makeNumber');
const makeString = require('makeString');
const Math = require('Math');
const Object = require('Object');
const setInWindow = require('setInWindow');
const sha256 = require('sha256');
const templateStorage = require('templateStorage');

const SDK = 'https://analytics.tiktok.com/i18n/pixel/events.js';
const METHODS = [
  'page', 'track', 'identify', 'instances', 'debug', 'on', 'off', 'once', 'ready', 'alias', 'group',
  'enableCookie', 'disableCookie', 'holdConsent', 'revokeConsent', 'grantConsent'
];
// What this template calls on the pixel's own instance.
const INSTANCE_METHODS = ['page', 'track', 'identify', 'holdConsent', 'revokeConsent', 'grantConsent'];
const IDENTIFIERS = {
  email: 'sha256_email', phone_number: 'sha256_phone_number', external_id: 'external_id',
  first_name: 'first_name', last_name: 'last_name', city: 'city', state: 'state', country: 'country',
  zip_code: 'zip_code'
};
// As the Events API takes them: places as they are, everything about the person hashed.
const PLAIN = ['city', 'state', 'country'];
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~' +
  '\u00a1\u00ab\u00ad\u00b4\u00b7\u00bb\u00bf\u02b9\u02ba\u02bb\u02bc\u05be\u05f3\u05f4\u060c\u200b\u200c\u200d' +
  '\u200e\u200f\u2010\u2011\u2012\u2013\u2014\u2015\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2022\u2026' +
  '\u2027\u2032\u2033\u2039\u203a\u2060\u2212\u3001\u3002\u30fb\ufeff\uff01\uff02\uff03\uff04\uff05\uff06\uff07' +
  '\uff08\uff09\uff0a\uff0b\uff0c\uff0d\uff0e\uff0f\uff1a\uff1b\uff1c\uff1d\uff1e\uff1f\uff20\uff3b\uff3c\uff3d' +
  '\uff3e\uff3f\uff40\uff5b\uff5c\uff5d\uff5e\uff5f\uff60\uff61\uff62\uff63\uff64\uff65';
// Countries whose numbers keep their first 0 behind the country code.
const KEEP_ZERO = ['+39', '+225', '+242', '+378'];
// Numbers that begin with no 0 have this many digits in these countries (in Italy, mobile ones).
const NATIONAL_DIGITS = {
  '+1': 10, '+30': 10, '+34': 9, '+39': 10, '+45': 8, '+47': 8, '+48': 9, '+52': 10, '+65': 8, '+351': 9, '+354': 7,
  '+356': 8, '+357': 8, '+371': 8, '+420': 9, '+852': 8
};
const SPACES = ' \t\n\u000b\u000c\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a' +
  '\u2028\u2029\u202f\u205f\u3000';
const PHONE_MARKS = '-\u2010\u2011\u2012\u2013\u2014./()[]';

// --- values -------------------------------------------------------------------
// GTM turns a variable that fails into false, so a boolean is never a text or a number.

const isFinite = (number) => number - number === 0;

const text = (value) => {
  const type = getType(value);
  if (type === 'number') return isFinite(value) ? makeString(value) : '';
  return type === 'string' && value.trim() !== '' ? value : '';
};

const asString = (value) => text(value) === '' ? undefined : text(value);

const asNumber = (value) => {
  const number = text(value) === '' ? 0 / 0 : makeNumber(value);
  return isFinite(number) ? number : undefined;
};

const asInteger = (value) => {
  const number = asNumber(value);
  return number === undefined ? undefined : Math.round(number);
};

const asBoolean = (value) => {
  if (getType(value) === 'boolean') return value;
  const word = text(value).trim().toLowerCase();
  if (word === 'true' || word === '1') return true;
  return word === 'false' || word === '0' ? false : undefined;
};

const asCurrency = (value) => {
  const code = text(value).trim().toUpperCase();
  return code.match('^[A-Z]{3}$') ? code : undefined;
};

const asGiven = (value) => {
  const type = getType(value);
  if (type === 'string' || type === 'number') return text(value) === '' ? undefined : value;
  return value === null ? undefined : value;
};

const CASTS = {
  string: asString, number: asNumber, integer: asInteger, boolean: asBoolean, currency: asCurrency, any: asGiven
};

const put = (target, name, value) => {
  if (value !== undefined) target[name] = value;
};

// What is there and cannot be read: the event goes out without it, and the tag fails.
const unreadable = [];
const isThere = (value) => value !== undefined && value !== null && value !== false && value === value &&
  (getType(value) !== 'string' || value.trim() !== '');

// --- event parameters ---------------------------------------------------------

const contentType = text(data.content_type) || 'product';

const contentsOf = (items) => {
  const contents = [];
  const idKey = text(data.content_id_key) || 'item_id';
  if (getType(items) !== 'array') {
    if (isThere(items)) unreadable.push('items');
    return contents;
  }
  items.forEach((item) => {
    const id = getType(item) === 'object' ? text(item[idKey]) : '';
    if (id === '') return;
    const content = {content_id: id, content_type: contentType};
    put(content, 'content_name', asString(item.item_name));
    put(content, 'content_category', asString(item.item_category));
    put(content, 'brand', asString(item.item_brand));
    put(content, 'price', asNumber(item.price));
    if (content.price === undefined && isThere(item.price)) unreadable.push('price of ' + id);
    const quantity = asInteger(item.quantity);
    content.quantity = quantity === undefined ? 1 : quantity;
    contents.push(content);
  });
  // Nobody would notice products that no catalogue knows.
  if (contents.length < items.length) unreadable.push('items without `' + idKey + '`');
  return contents;
};

const eventParameters = () => {
  const parameters = {};
  const contents = contentsOf(data.items);
  if (contents.length > 0) {
    parameters.contents = contents;
    parameters.content_type = contentType;
  }
  (data.params || []).forEach((row) => {
    const cast = CASTS[row.type] || asGiven;
    if (text(row.name) === '') return;
    const value = cast(row.value);
    put(parameters, row.name, value);
    if (value === undefined && isThere(row.value)) unreadable.push(row.name);
  });
  return parameters;
};

const eventOptions = (pixelId) => {
  const options = {};
  put(options, 'event_id', asString(data.event_id));
  options.pixel_code = pixelId;
  return options;
};

// --- identity -----------------------------------------------------------------

const without = (value, characters) =>
  value.split('').filter((character) => characters.indexOf(character) < 0).join('');

const isHash = (value) => !!value.match('^[0-9a-fA-F]{64}$');

const countryCode = () => {
  const digits = without(text(data.phone_country_code), SPACES + PHONE_MARKS + '+');
  const code = '+' + (digits.indexOf('00') === 0 ? digits.slice(2) : digits);
  return code.match('^\\+[1-9][0-9]{0,3}$') ? code : '';
};

const completed = (number) => {
  const code = countryCode();
  if (number.indexOf('00') === 0) return '+' + number.slice(2);
  if (code === '' || number.indexOf('+') === 0) return number;
  if (number.indexOf('0') === 0) return code + (KEEP_ZERO.indexOf(code) < 0 ? number.slice(1) : number);
  const digits = NATIONAL_DIGITS[code];
  if (!digits) return number;
  if (number.length === digits) return code + number;
  // Written in full, only the + is not there.
  return number.length === digits + code.length - 1 && number.indexOf(code.slice(1)) === 0 ? '+' + number : number;
};

const normalizePhone = (value) => {
  let number = without(value, SPACES);
  if (number.indexOf('+') === 0 || number.indexOf('00') === 0) number = number.replace('(0)', '');
  number = completed(without(number, PHONE_MARKS));
  return number.match('^\\+[1-9][0-9]{6,14}$') ? number : '';
};

// What a page writes where it knows nobody, and the hash of an empty text: as an identifier, they would
// make all such visitors one.
const NOBODY = [
  'undefined', 'null', 'NaN', 'false', '[object Object]',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
];
const isNobody = (value) => NOBODY.indexOf(isHash(value) ? value.toLowerCase() : value) >= 0;

const normalize = (name, value) => {
  const plain = text(value).trim();
  if (isNobody(plain)) return '';
  if (isHash(plain)) return plain.toLowerCase();
  if (name === 'phone_number') return normalizePhone(plain);
  if (name === 'email') return plain.indexOf('@') > 0 ? plain.toLowerCase() : '';
  // As on the server: a hash that differs between the two sides matches nobody on one of them.
  return name === 'external_id' ? plain : without(plain, SPACES + PUNCTUATION).toLowerCase();
};

// Calls back with what could be hashed: at once when there is nothing to hash.
const identify = (callback) => {
  const found = {};
  let open = 1;
  const close = () => {
    open -= 1;
    if (open > 0) return;
    const user = {};
    Object.values(IDENTIFIERS).forEach((key) => put(user, key, found[key]));
    callback(user);
  };
  (data.identify || []).forEach((row) => {
    const key = IDENTIFIERS[row.name];
    const value = getType(key) === 'string' ? normalize(row.name, row.value) : '';
    if (value === '') return;
    if (isHash(value) || PLAIN.indexOf(row.name) >= 0) {
      found[key] = value;
      return;
    }
    open += 1;
    sha256(value, (digest) => {
      found[key] = digest;
      close();
    }, close, {outputEncoding: 'hex'});
  });
  close();
};

// --- base code ----------------------------------------------------------------

// The queue of TikTok's base code, where the page has none. False if `ttq` is something else.
const ensureQueue = () => {
  if (getType(copyFromWindow('ttq.track')) === 'function') return true;
  if (['undefined', 'null', 'array'].indexOf(getType(copyFromWindow('ttq'))) < 0) return false;
  const push = createQueue('ttq');
  setInWindow('TiktokAnalyticsObject', 'ttq');
  setInWindow('ttq.methods', METHODS);
  METHODS.forEach((method) => {
    setInWindow('ttq.' + method, function() {
      push([method].concat(arguments));
    });
  });
  return true;
};

// What crosses the border is copied: plain entries survive that, live objects and methods do not.
const survivesCopy = (entry) =>
  entry !== undefined && Object.values(entry || {}).every((value) => getType(value) !== 'function');

const register = (name, pixelId, entry) => {
  const entries = copyFromWindow('ttq.' + name) || {};
  if (Object.values(entries).every(survivesCopy)) {
    entries[pixelId] = entry;
    setInWindow('ttq.' + name, entries, true);
  } else {
    // Another pixel's entry is alive: ours is put beside it, and the others are not touched.
    setInWindow('ttq.' + name + '.' + pixelId, entry, true);
  }
};

// The pixel's own queue, with the methods that TikTok's base code gives it: ttq.instance(id).
const makeInstance = (pixelId) => {
  const queue = [];
  queue._u = SDK;
  register('_i', pixelId, queue);
  const push = createQueue('ttq._i.' + pixelId);
  INSTANCE_METHODS.forEach((method) => {
    setInWindow('ttq._i.' + pixelId + '.' + method, function() {
      push([method].concat(arguments));
    }, true);
  });
};

const isKnown = (pixelId) => {
  const known = copyFromWindow('ttq._i');
  return getType(known) === 'object' && Object.keys(known).indexOf(pixelId) >= 0;
};

const load = (pixelId, state, onSuccess, onFailure) => {
  // The page's own code has loaded this pixel: it has counted its page view, too.
  if (!state.loader && isKnown(pixelId)) {
    state.loader = 'page';
    state.foreign = true;
  }
  const options = {};
  if (!data.history_observer) options.historyObserver = false;
  if (data.limited_data_use) options.limited_data_use = true;
  if (!state.loader && getType(copyFromWindow('ttq.load')) === 'function') {
    state.loader = 'page';
    callInWindow('ttq.load', pixelId, options);
  }
  if (state.loader === 'page') {
    callInWindow('ttq.instance', pixelId);
    onSuccess();
    return;
  }
  if (!state.loader) {
    makeInstance(pixelId);
    register('_t', pixelId, getTimestampMillis());
    register('_o', pixelId, options);
  }
  state.loader = 'template';
  // One script for all tags, by its cache token: each is told how it went, and after a failure
  // the next one tries again.
  const url = SDK + '?sdkid=' + encodeUriComponent(pixelId) + '&lib=ttq';
  injectScript(url, onSuccess, onFailure, url);
};

// A call to this pixel alone. What names no pixel reaches every pixel of the page, foreign ones too.
const call = (pixelId, method, first, second, third) => {
  const path = 'ttq._i.' + pixelId + '.' + method;
  if (getType(copyFromWindow(path)) !== 'function') callInWindow('ttq.instance', pixelId);
  if (getType(copyFromWindow(path)) === 'function') {
    if (third !== undefined) callInWindow(path, first, second, third);
    else if (first !== undefined) callInWindow(path, first);
    else callInWindow(path);
  } else if (method === 'track') {
    callInWindow('ttq.track', first, second, third);
  } else if (method === 'page') {
    // A base code without instances: the event's third argument names the pixel.
    callInWindow('ttq.track', 'Pageview', {}, {pixel_code: pixelId});
  }
};

// --- consent ------------------------------------------------------------------

const consentTypes = text(data.consent) === '' ? [] : text(data.consent).split(',').map((type) => type.trim());
const isGranted = () => consentTypes.every((type) => isConsentGranted(type));

// Calls wait for consent on the page, in their order; what is withdrawn is passed on to the pixel.
const watchConsent = (pixelId, state) => {
  if (state.watching) return;
  state.watching = true;
  consentTypes.forEach((type) => {
    addConsentListener(type, (changed, granted) => {
      if (granted && isGranted()) {
        if (state.revoked) call(pixelId, 'grantConsent');
        state.revoked = false;
        const waiting = state.held;
        state.held = [];
        waiting.forEach((start) => start());
      } else if (!granted && state.loader && !state.revoked) {
        state.revoked = true;
        call(pixelId, 'revokeConsent');
      }
    });
  });
};

// --- this tag -----------------------------------------------------------------

const send = (pixelId, state, user, parameters, options) => {
  const signature = Object.values(IDENTIFIERS).map((key) => user[key] || '').join('|');
  if (Object.keys(user).length > 0 && state.user !== signature) {
    state.user = signature;
    call(pixelId, 'identify', user);
  }
  if (data.command !== 'page') {
    call(pixelId, 'track', data.event, parameters, options);
  } else if (!state.foreign) {
    call(pixelId, 'page');
  }
};

const run = (pixelId, state, parameters, options) => {
  // A tag has succeeded when its event is queued and TikTok's script is there to send it.
  let open = 2;
  const done = () => {
    open -= 1;
    if (open > 0) return;
    if (unreadable.length > 0) {
      logToConsole('TikTok Pixel, ' + (data.event || 'Pageview') + ': cannot be read: ' + unreadable.join(', '));
      data.gtmOnFailure();
    } else {
      data.gtmOnSuccess();
    }
  };
  load(pixelId, state, done, data.gtmOnFailure);
  // Hashing takes its time; the pixel's events keep the order in which their tags fired.
  const job = {};
  state.jobs.push(job);
  identify((user) => {
    job.send = () => {
      send(pixelId, state, user, parameters, options);
      done();
    };
    while (state.jobs.length > 0 && state.jobs[0].send) {
      state.jobs.shift().send();
    }
  });
};

const start = (pixelId) => {
  const state = templateStorage.getItem(pixelId) ||
    {loader: '', user: '', jobs: [], held: [], foreign: false, watching: false, revoked: false};
  templateStorage.setItem(pixelId, state);
  if (consentTypes.length > 0) watchConsent(pixelId, state);
  // The event's own values, read now: when consent comes, another event may have passed.
  const parameters = eventParameters();
  const options = eventOptions(pixelId);
  const begin = () => {
    if (ensureQueue()) run(pixelId, state, parameters, options);
    else data.gtmOnFailure();
  };
  if (data.while_denied === 'hold' && !isGranted()) {
    state.held.push(begin);
    data.gtmOnSuccess();
  } else {
    begin();
  }
};

const pixel = text(data.pixel_id).trim();
const hasEvent = data.command === 'page' || text(data.event) !== '';
if (pixel !== '' && hasEvent) {
  start(pixel);
} else {
  data.gtmOnFailure();
}


___WEB_PERMISSIONS___

[
  {
    "instance": {
      "key": {
        "publicId": "access_globals",
        "versionId": "1"
      },
      "param": [
        {
          "key": "keys",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "TiktokAnalyticsObject"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.methods"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.load"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq._i"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq._t"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq._o"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.page"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.track"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.identify"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.instances"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.debug"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.on"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.off"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.once"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.ready"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.alias"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.group"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.enableCookie"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.disableCookie"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.holdConsent"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.revokeConsent"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.grantConsent"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq.instance"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq._i.PIXEL_ID"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq._t.PIXEL_ID"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq._o.PIXEL_ID"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq._i.PIXEL_ID.page"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq._i.PIXEL_ID.track"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq._i.PIXEL_ID.identify"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq._i.PIXEL_ID.holdConsent"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq._i.PIXEL_ID.revokeConsent"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ttq._i.PIXEL_ID.grantConsent"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "access_template_storage",
        "versionId": "1"
      },
      "param": []
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "inject_script",
        "versionId": "1"
      },
      "param": [
        {
          "key": "urls",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "https://analytics.tiktok.com/i18n/pixel/*"
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "logging",
        "versionId": "1"
      },
      "param": [
        {
          "key": "environments",
          "value": {
            "type": 1,
            "string": "debug"
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "access_consent",
        "versionId": "1"
      },
      "param": [
        {
          "key": "consentTypes",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "CONSENT_TYPE"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  }
]


___TESTS___

scenarios:
- name: Makes the queue, loads the pixel once and tracks with an event ID
  code: |-
    runCode(tag({event_id: 1001, params: [row('value', '199', 'number'), row('currency', 'EUR', 'string')]}));
    runCode(tag({event: 'AddToCart'}));
    assertThat(page['TiktokAnalyticsObject']).isEqualTo('ttq');
    assertThat(page['ttq.methods']).hasLength(16);
    assertThat(page['ttq._o']).isEqualTo({C4PIXEL: {historyObserver: false}});
    assertThat(page['ttq._i'].C4PIXEL._u).isEqualTo('https://analytics.tiktok.com/i18n/pixel/events.js');
    assertThat(scripts).isEqualTo(['https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=C4PIXEL&lib=ttq']);
    assertThat(calls).isEqualTo([
      ['ttq._i.C4PIXEL.track', 'Purchase', {value: 199, currency: 'EUR'}, {event_id: '1001', pixel_code: 'C4PIXEL'}],
      ['ttq._i.C4PIXEL.track', 'AddToCart', {}, {pixel_code: 'C4PIXEL'}]
    ]);
    assertApi('gtmOnSuccess').wasCalled();
    assertApi('gtmOnFailure').wasNotCalled();
- name: The methods of the queue push their name and arguments
  code: |-
    runCode(tag({}));
    page['ttq.track']('Lead', {value: 1});
    page['ttq.page']();
    page['ttq._i.C4PIXEL.identify']({email: 'e'});
    assertThat(queue).isEqualTo([['track', 'Lead', {value: 1}], ['page'], ['identify', {email: 'e'}]]);
- name: Leaves a queue of the page alone and loads through it
  code: |-
    page['ttq.track'] = () => {};
    page['ttq.load'] = () => {};
    page['ttq._i'] = {OTHER: []};
    runCode(tag({history_observer: true, limited_data_use: true}));
    assertApi('createQueue').wasNotCalled();
    assertApi('setInWindow').wasNotCalled();
    assertApi('injectScript').wasNotCalled();
    assertThat(calls[0]).isEqualTo(['ttq.load', 'C4PIXEL', {limited_data_use: true}]);
    assertThat(calls.slice(1)).isEqualTo([
      ['ttq.instance', 'C4PIXEL'], ['ttq.instance', 'C4PIXEL'],
      ['ttq.track', 'Purchase', {}, {pixel_code: 'C4PIXEL'}]
    ]);
- name: Neither loads nor pages a pixel that the page has loaded
  code: |-
    page['ttq.track'] = () => {};
    page['ttq.load'] = () => {};
    page['ttq._i'] = {C4PIXEL: []};
    page['ttq._i.C4PIXEL.track'] = () => {};
    page['ttq._i.C4PIXEL.page'] = () => {};
    runCode(tag({command: 'page'}));
    runCode(tag({}));
    assertApi('injectScript').wasNotCalled();
    assertThat(calls.map((one) => one[0])).isEqualTo(['ttq.instance', 'ttq.instance', 'ttq._i.C4PIXEL.track']);
- name: A second pixel keeps the entries of the first
  code: |-
    runCode(tag({}));
    runCode(tag({pixel_id: 'C4SECOND', history_observer: true}));
    assertThat(Object.keys(page['ttq._i'])).isEqualTo(['C4PIXEL', 'C4SECOND']);
    assertThat(page['ttq._i'].C4PIXEL._u).isEqualTo(page['ttq._i'].C4SECOND._u);
    assertThat(page['ttq._o']).isEqualTo({C4PIXEL: {historyObserver: false}, C4SECOND: {}});
    assertThat(scripts).hasLength(2);
- name: Entries that the pixel has taken over are not copied
  code: |-
    page['ttq.track'] = () => {};
    page['ttq._i'] = {LIVE: undefined};
    runCode(tag({}));
    assertThat(page['ttq._i']).isEqualTo({LIVE: undefined});
    assertThat(page['ttq._i.C4PIXEL']._u).isEqualTo('https://analytics.tiktok.com/i18n/pixel/events.js');
    assertThat(scripts).hasLength(1);
- name: Coerces parameters and drops what is empty or no number
  code: |-
    runCode(tag({params: [
      row('value', '0', 'number'), row('a', 0, 'number'), row('b', '12,50', 'number'), row('c', false, 'number'),
      row('d', '', 'string'), row('e', undefined, 'any'), row('f', null, 'any'), row('order_id', 1001, 'string'),
      row('g', '2.6', 'integer'), row('h', 'true', 'boolean'), row('i', 0 / 0, 'number'), row('j', ' ', 'number'),
      row('k', [1], 'any'), row('l', false, 'string')
    ]}));
    assertThat(calls[0][2]).isEqualTo({value: 0, a: 0, order_id: '1001', g: 3, h: true, k: [1]});
    assertApi('logToConsole').wasCalledWith('TikTok Pixel, Purchase: cannot be read: b');
    assertApi('gtmOnFailure').wasCalled();
- name: Builds contents from items
  code: |-
    runCode(tag({content_type: 'product_group', content_id_key: 'sku', items: [
      {sku: 7, item_name: 'Cup', item_brand: 'Acme', item_category: 'Kitchen', price: '199', quantity: '2'},
      {sku: 'B', price: 'free'}, {item_id: 'no sku'}, undefined
    ]}));
    assertThat(calls[0][2]).isEqualTo({
      contents: [
        {content_id: '7', content_type: 'product_group', content_name: 'Cup', content_category: 'Kitchen',
         brand: 'Acme', price: 199, quantity: 2},
        {content_id: 'B', content_type: 'product_group', quantity: 1}
      ],
      content_type: 'product_group'
    });
    assertApi('logToConsole').wasCalledWith(
      'TikTok Pixel, Purchase: cannot be read: price of B, items without `sku`');
- name: Items that are missing add nothing
  code: |-
    runCode(tag({items: undefined}));
    runCode(tag({items: false}));
    runCode(tag({items: []}));
    assertThat(calls.map((call) => call[2])).isEqualTo([{}, {}, {}]);
- name: Identifies with hashes before it tracks, once for the same person
  code: |-
    const person = [row('email', ' Alice_ABC@gmail.com '), row('phone_number', '+1 (213) 373-4253'), row('external_id', ' user_123 ')];
    runCode(tag({identify: person}));
    runCode(tag({identify: person}));
    assertThat(hashed.slice(0, 3)).isEqualTo(['alice_abc@gmail.com', '+12133734253', 'user_123']);
    assertThat(calls.map((call) => call[0])).isEqualTo(
      ['ttq._i.C4PIXEL.identify', 'ttq._i.C4PIXEL.track', 'ttq._i.C4PIXEL.track']);
    assertThat(calls[0][1]).isEqualTo({
      sha256_email: '848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f',
      sha256_phone_number: '9f7ec22d72092cd3c0b58726ed9c2d91b92e51a3f29837508fb2948bb22dd2fd',
      external_id: '80fba0ae1c48e3978e43e4efc365e14e12ea0c830ba8ba5b9a2dafc7e3f2ab8b'
    });
- name: Phone numbers become E.164 or are dropped
  code: |-
    const phone = (value, code) => {
      hashed = [];
      runCode(tag({phone_country_code: code, identify: [row('phone_number', value)]}));
      return hashed[0];
    };
    assertThat(phone('0151 / 123-456.78', '+49')).isEqualTo('+4915112345678');
    assertThat(phone('+49 (0) 151 12345678')).isEqualTo('+4915112345678');
    assertThat(phone('0049 151 12345678')).isEqualTo('+4915112345678');
    assertThat(phone('06 1234 5678', '0039')).isEqualTo('+390612345678');
    assertThat(phone('0151 12345678')).isUndefined();
    assertThat(phone('15112345678', '+49')).isUndefined();
    assertThat(phone('(213) 373-4253', '+1')).isEqualTo('+12133734253');
    assertThat(phone('(213)\u3000373\u20074253', '+1')).isEqualTo('+12133734253');
    assertThat(phone('1 213 373 4253', '+1')).isEqualTo('+12133734253');
    assertThat(phone('612 34 56 78', '+34')).isEqualTo('+34612345678');
    assertThat(phone('34 612 34 56 78', '+34')).isEqualTo('+34612345678');
    assertThat(phone('33 612 34 56 78', '+34')).isUndefined();
    assertThat(phone('call me', '+49')).isUndefined();
    assertThat(phone('+4915112345678901', '+49')).isUndefined();
    assertThat(phone(false, '+49')).isUndefined();
- name: A value that is hashed already passes in lower case
  code: |-
    runCode(tag({identify: [row('email', '848A771458438FC2EC420560D769FB9B9B86851EE338EC56517BAABD79D3BB4F')]}));
    assertApi('sha256').wasNotCalled();
    assertThat(calls[0]).isEqualTo(['ttq._i.C4PIXEL.identify', {
      sha256_email: '848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f'
    }]);
- name: Identifies nobody by what stands for nothing
  code: |-
    const empty = 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855';
    ['undefined', ' null ', 'NaN', '[object Object]', empty].forEach((value) => {
      runCode(tag({identify: [row('external_id', value), row('email', value)]}));
    });
    assertThat(calls.every((one) => one[0] === 'ttq._i.C4PIXEL.track')).isTrue();
    assertThat(calls.length).isEqualTo(5);
- name: Tracks without identify when hashing fails
  code: |-
    mock('sha256', (value, onSuccess, onFailure) => onFailure({name: 'BrowserNotSupported', message: ''}));
    runCode(tag({identify: [row('email', 'alice_abc@gmail.com')]}));
    assertThat(calls.map((call) => call[0])).isEqualTo(['ttq._i.C4PIXEL.track']);
    assertApi('gtmOnSuccess').wasCalled();
- name: Events keep their order while hashing is under way
  code: |-
    let finish;
    mock('sha256', (value, onSuccess) => { finish = onSuccess; });
    runCode(tag({event: 'First', identify: [row('email', 'alice_abc@gmail.com')]}));
    runCode(tag({event: 'Second'}));
    assertThat(calls).hasLength(0);
    finish('00');
    assertThat(calls.map((call) => call[1])).isEqualTo([{sha256_email: '00'}, 'First', 'Second']);
- name: Page sends a page view and nothing else
  code: |-
    runCode(tag({command: 'page', event: undefined, params: [row('value', 1, 'number')]}));
    assertThat(calls).isEqualTo([['ttq._i.C4PIXEL.page']]);
- name: A script that fails is a failed tag, and the event stays queued
  code: |-
    mock('injectScript', (url, onSuccess, onFailure) => onFailure());
    runCode(tag({}));
    assertApi('gtmOnFailure').wasCalled();
    assertApi('gtmOnSuccess').wasNotCalled();
    assertThat(calls).hasLength(1);
- name: Without a pixel or an event nothing is sent
  code: |-
    runCode(tag({pixel_id: undefined}));
    runCode(tag({event: ''}));
    assertApi('gtmOnFailure').wasCalled();
    assertApi('gtmOnSuccess').wasNotCalled();
    assertApi('callInWindow').wasNotCalled();
    assertApi('injectScript').wasNotCalled();
- name: Leaves a ttq alone that is no queue
  code: |-
    page['ttq'] = {version: 1};
    runCode(tag({}));
    assertApi('createQueue').wasNotCalled();
    assertApi('gtmOnFailure').wasCalled();
- name: Holds the calls until consent comes, with their own values
  code: |-
    consent = false;
    runCode(tag({command: 'page', consent: 'ad_storage, ad_user_data', while_denied: 'hold'}));
    runCode(tag({event_id: 'e1', consent: 'ad_storage, ad_user_data', while_denied: 'hold'}));
    assertThat(calls).hasLength(0);
    assertThat(scripts).hasLength(0);
    consent = true;
    tell('ad_storage', true);
    tell('ad_user_data', true);
    assertThat(calls.map((one) => one.slice(0, 2))).isEqualTo([
      ['ttq._i.C4PIXEL.page'], ['ttq._i.C4PIXEL.track', 'Purchase']
    ]);
- name: Tells the pixel when consent is withdrawn and given again
  code: |-
    runCode(tag({consent: 'ad_storage'}));
    consent = false;
    tell('ad_storage', false);
    consent = true;
    tell('ad_storage', true);
    assertThat(calls.slice(1)).isEqualTo([['ttq._i.C4PIXEL.revokeConsent'], ['ttq._i.C4PIXEL.grantConsent']]);
setup: |-
  const Object = require('Object');
  const page = {};
  const queue = [];
  const calls = [];
  const scripts = [];
  const store = {};
  let consent = true;
  const listeners = [];
  const tell = (type, granted) => listeners.forEach((one) => { if (one[0] === type) one[1](type, granted); });
  mock('isConsentGranted', () => consent);
  mock('addConsentListener', (type, listener) => { listeners.push([type, listener]); });
  let hashed = [];
  const digests = {
    'alice_abc@gmail.com': '848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f',
    '+12133734253': '9f7ec22d72092cd3c0b58726ed9c2d91b92e51a3f29837508fb2948bb22dd2fd',
    'user_123': '80fba0ae1c48e3978e43e4efc365e14e12ea0c830ba8ba5b9a2dafc7e3f2ab8b'
  };
  const row = (name, value, type) => ({name: name, value: value, type: type});
  const tag = (changes) => {
    const fields = {pixel_id: 'C4PIXEL', command: 'track', event: 'Purchase', content_id_key: 'item_id',
                    content_type: 'product', history_observer: false, limited_data_use: false};
    Object.keys(changes).forEach((key) => { fields[key] = changes[key]; });
    return fields;
  };
  mock('copyFromWindow', (path) => page[path]);
  mock('setInWindow', (path, value, override) => {
    if (page[path] !== undefined && !override) return false;
    page[path] = value;
    return true;
  });
  mock('createQueue', (path) => {
    if (page[path] === undefined) page[path] = queue;
    return (item) => queue.push(item);
  });
  mock('callInWindow', function() { calls.push(arguments); });
  mock('injectScript', (url, onSuccess, onFailure, token) => {
    if (scripts.indexOf(token) < 0) scripts.push(url);
    onSuccess();
  });
  mock('sha256', (value, onSuccess) => {
    hashed.push(value);
    onSuccess(digests[value] || 'digest of ' + value);
  });
  mockObject('templateStorage', {
    getItem: (key) => store.hasOwnProperty(key) ? store[key] : null,
    setItem: (key, value) => { store[key] = value; }
  });


___NOTES___

The tag makes TikTok's queue (an array with 16 methods) when the page has none, loads the pixel
once, and queues its event at once: the script may load later. The tag has succeeded when the
script is there; where it is blocked, the tag has failed.

Known limits:
- Where the page's base code knows no `ttq.instance`, the visitor cannot be identified to this pixel alone, and is not.
- Where the page's own code loads the same pixel, its load options count and not this tag's.
- A click that leaves the page while identifiers are being hashed can lose the event.
