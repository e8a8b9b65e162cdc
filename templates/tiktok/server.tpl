___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "TikTok Events API (gtmgen)",
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
  "description": "Sends an event of the browser to TikTok's Events API as well: under the same name and event ID, with hashed identifiers, and only with the visitor's consent.",
  "containerContexts": [
    "SERVER"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "pixel_id",
    "displayName": "Pixel ID",
    "simpleValueType": true,
    "help": "The ID of the pixel that the browser's event goes to.",
    "valueValidators": [
      {
        "type": "NON_EMPTY"
      }
    ],
    "alwaysInSummary": true
  },
  {
    "type": "TEXT",
    "name": "event",
    "displayName": "Event name",
    "simpleValueType": true,
    "help": "TikTok's name of the event, the same as in the browser.",
    "valueValidators": [
      {
        "type": "NON_EMPTY"
      }
    ],
    "alwaysInSummary": true
  },
  {
    "type": "TEXT",
    "name": "access_token",
    "displayName": "Access token",
    "simpleValueType": true,
    "help": "The Events API's token of the account. It is sent in a header, and nowhere else.",
    "valueValidators": [
      {
        "type": "NON_EMPTY"
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "test_event_code",
    "displayName": "Test event code",
    "simpleValueType": true,
    "help": "Shows the events under Test Events. Empty in production."
  },
  {
    "type": "TEXT",
    "name": "content_id_key",
    "displayName": "Item field with the content ID",
    "simpleValueType": true,
    "help": "The field of an item whose value is the ID in the catalogue.",
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
    "type": "TEXT",
    "name": "items",
    "displayName": "Items",
    "simpleValueType": true,
    "help": "A variable that holds the list of items. Without one, the event data's `items` are sent."
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
        "displayName": "Event data",
        "name": "key",
        "type": "TEXT"
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
    "help": "TikTok's name of a parameter, and the key of the event data that holds it or the value itself. Empty values, and numbers that are none, are left out; 0 is a value."
  },
  {
    "type": "TEXT",
    "name": "phone_country_code",
    "displayName": "Country code of national phone numbers",
    "simpleValueType": true,
    "help": "Completes numbers that start with a single 0. Without it they are left out, as are all others that are not international.",
    "valueHint": "+49"
  },
  {
    "type": "TEXT",
    "name": "consent",
    "displayName": "Consent types",
    "simpleValueType": true,
    "help": "Separated by commas. Without one of them nothing is sent."
  },
  {
    "type": "CHECKBOX",
    "name": "limited_data_use",
    "displayName": "",
    "checkboxText": "Limited data use",
    "simpleValueType": true,
    "defaultValue": false,
    "help": "Sends limited_data_use with each event."
  }
]


___SANDBOXED_JS_FOR_SERVER___

const JSON = require('JSON');
const Math = require('Math');
const getCookieValues = require('getCookieValues');
const getEventData = require('getEventData');
const getRemoteAddress = require('getRemoteAddress');
const getRequestHeader = require('getRequestHeader');
const getTimestampMillis = require('getTimestampMillis');
const getType = require('getType');
const logToConsole = require('logToConsole');
const makeNumber = require('makeNumber');
const makeString = require('makeString');
const parseUrl = require('parseUrl');
const sendHttpRequest = require('sendHttpRequest');
const sha256Sync = require('sha256Sync');

const ENDPOINT = 'https://business-api.tiktok.com/open_api/v1.3/event/track/';
// How what a compiled container has in the token's place begins; a push puts the token there.
const STAND_IN = '${secret:';
// The same body again, where nobody knows whether it has arrived: TikTok drops the second one.
const ATTEMPTS = 2;
// TikTok's code for too many requests: nothing is wrong with the event.
const TOO_MANY = 40100;
// Google's own renderer of tag previews and scans.
const GOOGLES_RENDERER = 'gtm-msr.appspot.com';
const SPACES = ' \t\n\u000b\u000c\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a' +
  '\u2028\u2029\u202f\u205f\u3000';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~' +
  '\u00a1\u00ab\u00ad\u00b4\u00b7\u00bb\u00bf\u02b9\u02ba\u02bb\u02bc\u05be\u05f3\u05f4\u060c\u200b\u200c\u200d' +
  '\u200e\u200f\u2010\u2011\u2012\u2013\u2014\u2015\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2022\u2026' +
  '\u2027\u2032\u2033\u2039\u203a\u2060\u2212\u3001\u3002\u30fb\ufeff\uff01\uff02\uff03\uff04\uff05\uff06\uff07' +
  '\uff08\uff09\uff0a\uff0b\uff0c\uff0d\uff0e\uff0f\uff1a\uff1b\uff1c\uff1d\uff1e\uff1f\uff20\uff3b\uff3c\uff3d' +
  '\uff3e\uff3f\uff40\uff5b\uff5c\uff5d\uff5e\uff5f\uff60\uff61\uff62\uff63\uff64\uff65';
const PHONE_MARKS = '-\u2010\u2011\u2012\u2013\u2014./()[]';
// Countries whose numbers keep their first 0 behind the country code.
const KEEP_ZERO = ['+39', '+225', '+242', '+378'];
// Numbers that begin with no 0 have this many digits in these countries (in Italy, mobile ones).
const NATIONAL_DIGITS = {
  '+1': 10, '+30': 10, '+34': 9, '+39': 10, '+45': 8, '+47': 8, '+48': 9, '+52': 10, '+65': 8, '+351': 9, '+354': 7,
  '+356': 8, '+357': 8, '+371': 8, '+420': 9, '+852': 8
};
// Where the letters of `gcs` stand: G1, then ad_storage, then analytics_storage.
const PLACE_IN_GCS = {ad_storage: 2, analytics_storage: 3};

// --- values -------------------------------------------------------------------

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
    if (content.price === undefined && isThere(item.price)) unreadable.push('price');
    const quantity = asInteger(item.quantity);
    content.quantity = quantity === undefined ? 1 : quantity;
    contents.push(content);
  });
  if (contents.length < items.length) unreadable.push('items without `' + idKey + '`');
  return contents;
};

const propertiesOf = () => {
  const properties = {};
  const contents = contentsOf(data.items === undefined ? getEventData('items') : data.items);
  if (contents.length > 0) {
    properties.contents = contents;
    properties.content_type = contentType;
  }
  (data.params || []).forEach((row) => {
    const cast = CASTS[row.type] || asGiven;
    const value = row.key ? getEventData(row.key) : row.value;
    put(properties, row.name, cast(value));
    if (properties[row.name] === undefined && isThere(value)) unreadable.push(row.name);
  });
  return properties;
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

const normalizeEmail = (value) => value.indexOf('@') > 0 ? value.toLowerCase() : '';
const normalizeWord = (value) => without(value, SPACES + PUNCTUATION).toLowerCase();
const asItIs = (value) => value;

// The hash of the first value that has one; a value that is a hash already stays one.
const hashOf = (normalize, values) => {
  const hashes = values
    .map((value) => text(value).trim())
    .filter((value) => !isNobody(value))
    .map((value) => isHash(value) ? value.toLowerCase() : normalize(value))
    .filter((value) => value !== '')
    .map((value) => isHash(value) ? value : sha256Sync(value, {outputEncoding: 'hex'}));
  return hashes.length > 0 ? hashes[0] : undefined;
};

const listed = (value) => value === undefined ? undefined : [value];

const placeOf = (values) => values
  .filter((value) => !isNobody(text(value).trim()))
  .map((value) => normalizeWord(text(value)))
  .filter((value) => value !== '')[0];

// What the web container brings goes before what Google's own tag knows of the visitor.
const known = (name) => getEventData('identify_' + name);

const cookie = (name) => getCookieValues(name)[0];

const clickId = (page) => {
  const url = parseUrl(page);
  return text(url && url.searchParams && url.searchParams.ttclid);
};

// Google allows several addresses; the first one counts.
const addressOf = (userData) => {
  const address = getType(userData.address) === 'array' ? userData.address[0] : userData.address;
  return getType(address) === 'object' ? address : {};
};

const userOf = (page) => {
  const given = getEventData('user_data');
  const userData = getType(given) === 'object' ? given : {};
  const address = addressOf(userData);
  const user = {};
  const emails = [known('email'), userData.email_address, userData.sha256_email_address];
  const phones = [known('phone_number'), userData.phone_number, userData.sha256_phone_number];
  put(user, 'email', listed(hashOf(normalizeEmail, emails)));
  put(user, 'phone', listed(hashOf(normalizePhone, phones)));
  put(user, 'external_id', listed(hashOf(asItIs, [known('external_id')])));
  put(user, 'first_name', hashOf(normalizeWord, [known('first_name'), address.first_name, address.sha256_first_name]));
  put(user, 'last_name', hashOf(normalizeWord, [known('last_name'), address.last_name, address.sha256_last_name]));
  put(user, 'zip_code', hashOf(normalizeWord, [known('zip_code'), address.postal_code]));
  put(user, 'city', placeOf([known('city'), address.city]));
  put(user, 'state', placeOf([known('state'), address.region]));
  put(user, 'country', placeOf([known('country'), address.country]));
  put(user, 'ttclid', asString(clickId(page)) || asString(getEventData('ttclid')) || asString(cookie('ttclid')));
  put(user, 'ttp', asString(getEventData('ttp')) || asString(cookie('_ttp')));
  const ip = (text(getEventData('ip_override')) || text(getRemoteAddress())).split(',')[0].trim();
  const agent = text(getEventData('user_agent')) || text(getRequestHeader('user-agent'));
  // TikTok takes the two together only.
  if (ip !== '' && agent !== '') {
    user.ip = ip;
    user.user_agent = agent;
  }
  const locale = text(getEventData('language'));
  if (locale.match('^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$')) user.locale = locale;
  return user;
};

// --- consent ------------------------------------------------------------------

// Hits arrive although consent is denied: Google's tags send them without cookies. What the web
// container says of itself and what Google's tag says (`gcs`) must both allow a type; a type that
// neither of them speaks of is not granted.
const isGranted = (type) => {
  const told = getEventData('consent_granted');
  const states = getEventData('consent_state');
  const gcs = text(getEventData('x-ga-gcs'));
  const answers = [];
  if (getType(told) === 'string') answers.push(told.split(',').indexOf(type) >= 0);
  if (getType(states) === 'object' && states[type] !== undefined) answers.push(states[type] === true);
  if (gcs !== '' && PLACE_IN_GCS[type]) answers.push(gcs.charAt(PLACE_IN_GCS[type]) === '1');
  return answers.length > 0 && answers.every((answer) => answer);
};

const deniedTypes = () => text(data.consent).split(',')
  .map((type) => type.trim())
  .filter((type) => type !== '' && !isGranted(type));

// --- sending ------------------------------------------------------------------

// A line that names no person: neither the body nor its `user` is written.
const log = (entry) => {
  entry.Name = 'TikTok Events API';
  entry.TraceId = getRequestHeader('trace-id');
  entry.EventName = data.event;
  entry.EventId = asString(getEventData('event_id'));
  logToConsole(JSON.stringify(entry));
};

const logMessage = (message, reason) => log({Type: 'Message', Message: message, Reason: reason});

const payloadOf = (eventId, page) => {
  const event = {
    event: data.event,
    event_time: Math.floor(getTimestampMillis() / 1000),
    event_id: eventId,
    user: userOf(page),
    properties: propertiesOf(),
    page: {}
  };
  put(event.page, 'url', asString(page));
  put(event.page, 'referrer', asString(getEventData('page_referrer')));
  if (data.limited_data_use) event.limited_data_use = true;
  const body = {event_source: 'web', event_source_id: data.pixel_id, data: [event]};
  put(body, 'test_event_code', asString(data.test_event_code));
  return body;
};

// TikTok answers errors with status 200, too: the answer's `code` says how it went.
const codeOf = (body) => {
  const answer = getType(body) === 'string' && body !== '' ? JSON.parse(body) : undefined;
  return getType(answer) === 'object' ? answer : {};
};

// An answer may repeat what it refuses, and the log is read by others.
const withoutToken = (message) =>
  getType(message) === 'string' ? message.split(data.access_token).join('(access token)') : message;

const finish = (isFine) => {
  if (unreadable.length > 0) logMessage('Parts of the event could not be read', unreadable.join(', '));
  if (isFine && unreadable.length === 0) data.gtmOnSuccess();
  else data.gtmOnFailure();
};

const send = (body, attempt) => {
  const options = {
    method: 'POST', timeout: 5000, headers: {'Access-Token': data.access_token, 'Content-Type': 'application/json'}
  };
  const again = (reason) => {
    if (attempt < ATTEMPTS) {
      send(body, attempt + 1);
      return;
    }
    logMessage('TikTok could not be reached', reason);
    finish(false);
  };
  sendHttpRequest(ENDPOINT, options, body).then((response) => {
    if (response.statusCode >= 500) {
      again('HTTP ' + response.statusCode);
      return;
    }
    const answer = codeOf(response.body);
    if (answer.code === TOO_MANY && attempt < ATTEMPTS) {
      again('code ' + TOO_MANY);
      return;
    }
    log({
      Type: 'Response', RequestMethod: 'POST', RequestUrl: ENDPOINT, ResponseStatusCode: response.statusCode,
      ResponseBody: {code: answer.code, message: withoutToken(answer.message), request_id: answer.request_id}
    });
    finish(answer.code === 0);
  }, (error) => again(error && error.reason));
};

const isTokenThere = () => text(data.access_token) !== '' && data.access_token.indexOf(STAND_IN) !== 0;

// A hit of another client may not say where it is from; the browser's own header does, if only
// with the site's address.
const page = text(getEventData('page_location')) || text(getRequestHeader('referer'));
const eventId = text(getEventData('event_id'));
const denied = deniedTypes();

if (page.indexOf(GOOGLES_RENDERER) >= 0) {
  logMessage('Not sent', 'Google\'s own renderer');
  data.gtmOnSuccess();
} else if (denied.length > 0) {
  logMessage('Not sent', 'no consent: ' + denied.join(', '));
  data.gtmOnSuccess();
} else if (eventId === '') {
  // An ID made here would make a second event of it.
  logMessage('Not sent', 'the event has no event ID');
  data.gtmOnFailure();
} else if (!isTokenThere()) {
  logMessage('Not sent', 'there is no access token');
  data.gtmOnFailure();
} else {
  send(JSON.stringify(payloadOf(eventId, page)), 1);
}


___SERVER_PERMISSIONS___

[
  {
    "instance": {
      "key": {
        "publicId": "get_cookies",
        "versionId": "1"
      },
      "param": [
        {
          "key": "cookieAccess",
          "value": {
            "type": 1,
            "string": "specific"
          }
        },
        {
          "key": "cookieNames",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "ttclid"
              },
              {
                "type": 1,
                "string": "_ttp"
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
            "string": "all"
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
        "publicId": "read_event_data",
        "versionId": "1"
      },
      "param": [
        {
          "key": "eventDataAccess",
          "value": {
            "type": 1,
            "string": "specific"
          }
        },
        {
          "key": "keyPatterns",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "consent_granted"
              },
              {
                "type": 1,
                "string": "consent_state"
              },
              {
                "type": 1,
                "string": "currency"
              },
              {
                "type": 1,
                "string": "delivery_category"
              },
              {
                "type": 1,
                "string": "description"
              },
              {
                "type": 1,
                "string": "event_id"
              },
              {
                "type": 1,
                "string": "identify_city"
              },
              {
                "type": 1,
                "string": "identify_country"
              },
              {
                "type": 1,
                "string": "identify_email"
              },
              {
                "type": 1,
                "string": "identify_external_id"
              },
              {
                "type": 1,
                "string": "identify_first_name"
              },
              {
                "type": 1,
                "string": "identify_last_name"
              },
              {
                "type": 1,
                "string": "identify_phone_number"
              },
              {
                "type": 1,
                "string": "identify_state"
              },
              {
                "type": 1,
                "string": "identify_zip_code"
              },
              {
                "type": 1,
                "string": "ip_override"
              },
              {
                "type": 1,
                "string": "items"
              },
              {
                "type": 1,
                "string": "language"
              },
              {
                "type": 1,
                "string": "num_items"
              },
              {
                "type": 1,
                "string": "page_location"
              },
              {
                "type": 1,
                "string": "page_referrer"
              },
              {
                "type": 1,
                "string": "predicted_ltv"
              },
              {
                "type": 1,
                "string": "search_term"
              },
              {
                "type": 1,
                "string": "shop_id"
              },
              {
                "type": 1,
                "string": "status"
              },
              {
                "type": 1,
                "string": "transaction_id"
              },
              {
                "type": 1,
                "string": "ttclid"
              },
              {
                "type": 1,
                "string": "ttp"
              },
              {
                "type": 1,
                "string": "user_agent"
              },
              {
                "type": 1,
                "string": "user_data"
              },
              {
                "type": 1,
                "string": "value"
              },
              {
                "type": 1,
                "string": "x-ga-gcs"
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
        "publicId": "read_request",
        "versionId": "1"
      },
      "param": [
        {
          "key": "requestAccess",
          "value": {
            "type": 1,
            "string": "specific"
          }
        },
        {
          "key": "headerAccess",
          "value": {
            "type": 1,
            "string": "specific"
          }
        },
        {
          "key": "headersAllowed",
          "value": {
            "type": 8,
            "boolean": true
          }
        },
        {
          "key": "headerWhitelist",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "headerName"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "trace-id"
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "headerName"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "user-agent"
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "headerName"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "referer"
                  }
                ]
              }
            ]
          }
        },
        {
          "key": "remoteAddressAllowed",
          "value": {
            "type": 8,
            "boolean": true
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
        "publicId": "send_http",
        "versionId": "1"
      },
      "param": [
        {
          "key": "allowedUrls",
          "value": {
            "type": 1,
            "string": "specific"
          }
        },
        {
          "key": "urls",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "https://business-api.tiktok.com/open_api/v1.3/event/track/"
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
- name: Sends the browser's event to TikTok under the same name and ID
  code: |-
    run();
    assertThat(sent.length).isEqualTo(1);
    assertThat(sent[0].url).isEqualTo('https://business-api.tiktok.com/open_api/v1.3/event/track/');
    assertThat(sent[0].options.headers['Access-Token']).isEqualTo('t0ken');
    assertThat(body().event_source).isEqualTo('web');
    assertThat(body().event_source_id).isEqualTo('C1');
    assertThat(first().event).isEqualTo('Purchase');
    assertThat(first().event_id).isEqualTo('purchase_1001');
    assertThat(first().event_time).isEqualTo(1700000000);
    assertThat(first().page).isEqualTo({url: 'https://acme.example/done?ttclid=CLICK', referrer: 'https://acme.example/pay'});
    assertThat(first().properties).isEqualTo({
      contents: [{content_id: '7', content_type: 'product', content_name: 'Boot', price: 0, quantity: 2}],
      content_type: 'product', value: 0, currency: 'EUR', order_id: '1001'
    });
    assertApi('gtmOnSuccess').wasCalled();
    assertApi('gtmOnFailure').wasNotCalled();
- name: Casts an event ID that arrives as a number to text
  code: |-
    event.event_id = 1001;
    run();
    assertThat(first().event_id).isEqualTo('1001');
- name: Hashes the visitor's data by TikTok's rules
  code: |-
    event.identify_email = ' Alice_ABC@gmail.com';
    event.identify_phone_number = '(0)213 373-4253';
    event.identify_external_id = 123;
    event.identify_first_name = 'Van\u3000Dyke-O\u2019Neil';
    event.identify_city = 'San José!';
    tag.phone_country_code = '+1';
    run();
    const user = first().user;
    assertThat(user.email).isEqualTo(['#alice_abc@gmail.com']);
    assertThat(user.phone).isEqualTo(['#+12133734253']);
    assertThat(user.external_id).isEqualTo(['#123']);
    assertThat(user.first_name).isEqualTo('#vandykeoneil');
    assertThat(user.city).isEqualTo('sanjosé');
- name: Sends the values that the tag holds instead of those of the event data
  code: |-
    tag.items = [{item_id: 'S8', price: '5'}];
    tag.params = [{name: 'value', value: 5, type: 'number'}, {name: 'currency', value: '', type: 'currency'}];
    run();
    assertThat(first().properties).isEqualTo({
      contents: [{content_id: 'S8', content_type: 'product', price: 5, quantity: 1}], content_type: 'product', value: 5
    });
- name: Sends no items where the tag says that there are none
  code: |-
    tag.items = '';
    run();
    assertThat(first().properties.contents).isUndefined();
    assertApi('gtmOnSuccess').wasCalled();
- name: Leaves a hash as it is, and takes what Google's tag knows
  code: |-
    event.user_data = {sha256_email_address: HASH, address: [{first_name: 'Al'}]};
    run();
    assertThat(first().user.email).isEqualTo([HASH.toLowerCase()]);
    assertThat(first().user.first_name).isEqualTo('#al');
- name: Knows nobody by what stands for nothing
  code: |-
    event.identify_external_id = 'undefined';
    event.identify_email = 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855';
    event.identify_city = 'null';
    event.user_data = {address: {city: 'Graz'}};
    run();
    assertThat(first().user.external_id).isUndefined();
    assertThat(first().user.email).isUndefined();
    assertThat(first().user.city).isEqualTo('graz');
- name: Sends click ID, cookie, address and browser as they are
  code: |-
    run();
    assertThat(first().user).isEqualTo({ttclid: 'CLICK', ttp: 'TTP', ip: '192.0.2.1', user_agent: 'Browser/1', locale: 'de-at'});
- name: Takes the page from the request where the hit does not name it
  code: |-
    Object.delete(event, 'page_location');
    headers.referer = 'https://acme.example/';
    run();
    assertThat(first().page).isEqualTo({url: 'https://acme.example/', referrer: 'https://acme.example/pay'});
- name: Leaves out a page that nothing names
  code: |-
    Object.delete(event, 'page_location');
    Object.delete(event, 'page_referrer');
    run();
    assertThat(first().page).isEqualTo({});
- name: Takes the click ID from the cookie on later pages
  code: |-
    event.page_location = 'https://acme.example/done';
    run();
    assertThat(first().user.ttclid).isEqualTo('COOKIE');
- name: Does not send without consent
  code: |-
    event.consent_granted = 'none';
    run();
    assertThat(sent.length).isEqualTo(0);
    assertThat(logged[0].Reason).isEqualTo('no consent: ad_storage');
- name: Does not send what Google's tag says is denied
  code: |-
    event['x-ga-gcs'] = 'G100';
    run();
    assertThat(sent.length).isEqualTo(0);
- name: Does not send where nobody speaks of consent
  code: |-
    Object.delete(event, 'consent_granted');
    run();
    assertThat(sent.length).isEqualTo(0);
- name: Needs no consent where the spec asks for none
  code: |-
    Object.delete(event, 'consent_granted');
    tag.consent = '';
    run();
    assertThat(sent.length).isEqualTo(1);
- name: Does not send what Google's own renderer shows
  code: |-
    event.page_location = 'https://gtm-msr.appspot.com/render';
    run();
    assertThat(sent.length).isEqualTo(0);
- name: Does not make up an event ID
  code: |-
    Object.delete(event, 'event_id');
    run();
    assertThat(sent.length).isEqualTo(0);
    assertApi('gtmOnFailure').wasCalled();
- name: Does not send without a token
  code: |-
    tag.access_token = '${' + 'secret:NAME}';
    run();
    assertThat(sent.length).isEqualTo(0);
    assertApi('gtmOnFailure').wasCalled();
- name: Fails by the answer's code although the status is 200
  code: |-
    answers = [{statusCode: 200, body: '{"code":40002,"message":"Invalid value"}'}];
    run();
    assertThat(sent.length).isEqualTo(1);
    assertApi('gtmOnFailure').wasCalled();
    assertApi('gtmOnSuccess').wasNotCalled();
- name: Does not log the token when the answer repeats it
  code: |-
    answers = [{statusCode: 200, body: '{"code":40001,"message":"t0ken is not valid"}'}];
    run();
    assertThat(logged[0].ResponseBody.message).isEqualTo('(access token) is not valid');
- name: Fails when the answer is no JSON object
  code: |-
    answers = [{statusCode: 200, body: ''}];
    run();
    assertApi('gtmOnFailure').wasCalled();
- name: Sends the same body once more when the server fails
  code: |-
    answers = [{statusCode: 503, body: ''}, {statusCode: 200, body: '{"code":0}'}];
    run();
    assertThat(sent.length).isEqualTo(2);
    assertThat(sent[1].body).isEqualTo(sent[0].body);
    assertApi('gtmOnSuccess').wasCalled();
- name: Sends the same body once more when TikTok has had too many
  code: |-
    answers = [{statusCode: 200, body: '{"code":40100}'}, {statusCode: 200, body: '{"code":0}'}];
    run();
    assertThat(sent.length).isEqualTo(2);
    assertThat(sent[1].body).isEqualTo(sent[0].body);
    assertApi('gtmOnSuccess').wasCalled();
- name: Fails with TikTok's answer when it still has had too many
  code: |-
    answers = [{statusCode: 200, body: '{"code":40100}'}, {statusCode: 200, body: '{"code":40100}'}];
    run();
    assertThat(sent.length).isEqualTo(2);
    assertThat(logged[0].ResponseBody.code).isEqualTo(40100);
    assertApi('gtmOnFailure').wasCalled();
- name: Gives up after the second failure
  code: |-
    answers = [{reason: 'timed_out'}, {reason: 'failed'}];
    run();
    assertThat(sent.length).isEqualTo(2);
    assertApi('gtmOnFailure').wasCalled();
- name: Fails when a part of the event cannot be read, and sends the rest
  code: |-
    event.value = 'on request';
    run();
    assertThat(sent.length).isEqualTo(1);
    assertThat(first().properties.value).isUndefined();
    assertApi('gtmOnFailure').wasCalled();
- name: Sends the test event code and limited data use where they are set
  code: |-
    tag.test_event_code = 'TEST1';
    tag.limited_data_use = true;
    run();
    assertThat(body().test_event_code).isEqualTo('TEST1');
    assertThat(first().limited_data_use).isEqualTo(true);
- name: Writes one line about the event, and nobody's data into it
  code: |-
    event.identify_email = 'alice@example.com';
    run();
    assertThat(logged).isEqualTo([{
      Type: 'Response', RequestMethod: 'POST', RequestUrl: 'https://business-api.tiktok.com/open_api/v1.3/event/track/',
      ResponseStatusCode: 200, ResponseBody: {code: 0, message: 'OK', request_id: 'r1'},
      Name: 'TikTok Events API', TraceId: 'trace', EventName: 'Purchase', EventId: 'purchase_1001'
    }]);
setup: |-
  const JSON = require('JSON');
  const Object = require('Object');
  const HASH = '848A771458438FC2EC420560D769FB9B9B86851EE338EC56517BAABD79D3BB4F';
  const tag = {
    pixel_id: 'C1', event: 'Purchase', access_token: 't0ken', content_id_key: 'item_id', content_type: 'product',
    consent: 'ad_storage', limited_data_use: false, params: [
      {name: 'currency', key: 'currency', type: 'currency'}, {name: 'order_id', key: 'transaction_id', type: 'string'},
      {name: 'value', key: 'value', type: 'number'}
    ]
  };
  const event = {
    event_id: 'purchase_1001', consent_granted: 'ad_storage', value: 0, currency: 'eur', transaction_id: 1001,
    items: [{item_id: 7, item_name: 'Boot', price: 0, quantity: 2}], ttp: 'TTP', ttclid: 'COOKIE', language: 'de-at',
    ip_override: '192.0.2.1, 10.0.0.1', user_agent: 'Browser/1',
    page_location: 'https://acme.example/done?ttclid=CLICK', page_referrer: 'https://acme.example/pay'
  };
  const headers = {'trace-id': 'trace'};
  const sent = [];
  const logged = [];
  let answers = [{statusCode: 200, body: '{"code":0,"message":"OK","request_id":"r1"}'}];
  const run = () => runCode(tag);
  const body = () => JSON.parse(sent[0].body);
  const first = () => body().data[0];
  mock('getEventData', (key) => event[key]);
  mock('getCookieValues', () => []);
  mock('getRemoteAddress', '198.51.100.9');
  mock('getRequestHeader', (name) => headers[name]);
  mock('getTimestampMillis', 1700000000999);
  mock('sha256Sync', (text) => '#' + text);
  mock('logToConsole', (line) => logged.push(JSON.parse(line)));
  mock('sendHttpRequest', (url, options, text) => {
    sent.push({url: url, options: options, body: text});
    const answer = answers.shift();
    return {then: (resolve, reject) => answer.reason ? reject(answer) : resolve(answer)};
  });


___NOTES___

Fires on the events that the web container sends to this server for TikTok. Everything it sends comes
from the event data; the platform's name of the event is the tag's, never made of another one.
