___INFO___

{
  "type": "MACRO",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Event data (gtmgen)",
  "categories": [
    "UTILITY",
    "ANALYTICS"
  ],
  "brand": {
    "id": "brand_dummy",
    "displayName": "gtmgen",
    "thumbnail": ""
  },
  "description": "A value for tags and conditions, read once per event and typed: of the data layer as the current event has set it, or of the whole data layer; and the event's ID.",
  "containerContexts": [
    "WEB"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "SELECT",
    "name": "read",
    "displayName": "What to read",
    "simpleValueType": true,
    "macrosInSelect": false,
    "alwaysInSummary": true,
    "selectItems": [
      {
        "value": "event",
        "displayValue": "A data layer key, of the current event"
      },
      {
        "value": "model",
        "displayValue": "A data layer key, whoever has set it"
      },
      {
        "value": "id",
        "displayValue": "The event ID"
      },
      {
        "value": "page",
        "displayValue": "Of a change of the history: left, where the app has shown a further page since"
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "path",
    "displayName": "Data layer key",
    "simpleValueType": true,
    "help": "The key, with dots for nested values, e.g. ecommerce.items.",
    "alwaysInSummary": true
  },
  {
    "type": "TEXT",
    "name": "type",
    "displayName": "Type",
    "simpleValueType": true,
    "help": "string, number, integer, boolean, currency, items; any other is left as it is."
  },
  {
    "type": "TEXT",
    "name": "decimal",
    "displayName": "Decimal sign",
    "simpleValueType": true,
    "help": "Of numbers in texts: a point, a comma, or empty to tell it from the number."
  },
  {
    "type": "SIMPLE_TABLE",
    "name": "fields",
    "displayName": "Fields of items",
    "simpleTableColumns": [
      {
        "name": "to",
        "displayName": "Name",
        "type": "TEXT",
        "defaultValue": ""
      },
      {
        "name": "from",
        "displayName": "Name on the site",
        "type": "TEXT",
        "defaultValue": ""
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "default",
    "displayName": "Default",
    "simpleValueType": true,
    "canBeEmptyString": true
  },
  {
    "type": "TEXT",
    "name": "turn",
    "displayName": "Number of another event",
    "simpleValueType": true,
    "help": "Of the event that consent held back; empty or undefined: the current event."
  },
  {
    "type": "TEXT",
    "name": "key",
    "displayName": "Key of the site's own event ID",
    "simpleValueType": true,
    "help": "Empty: event_id."
  },
  {
    "type": "TEXT",
    "name": "from",
    "displayName": "Source of the event ID",
    "simpleValueType": true
  },
  {
    "type": "TEXT",
    "name": "prefix",
    "displayName": "Prefix of the source",
    "simpleValueType": true
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const JSON = require('JSON');
const Math = require('Math');
const Object = require('Object');
const copyFromDataLayer = require('copyFromDataLayer');
const copyFromWindow = require('copyFromWindow');
const generateRandom = require('generateRandom');
const getTimestampMillis = require('getTimestampMillis');
const getType = require('getType');
const makeString = require('makeString');
const parseUrl = require('parseUrl');
const templateStorage = require('templateStorage');

const LAYER = 'dataLayer';

// What makes another page on the site.
const PAGES = {"page_identity": "path", "replace_state": "same", "ignore_query": ""};

const isObject = (value) => getType(value) === 'object';

const member = (value, key) => {
  if (getType(value) === 'array' && key === 'length') return value.length;
  if (!isObject(value) && getType(value) !== 'array') return undefined;
  return Object.keys(value).indexOf(key) < 0 ? undefined : value[key];
};

// Not by reduce: there an undefined start value is an absent one, and the path itself would be read.
const follow = (value, parts) => {
  let found = value;
  parts.forEach((part) => { found = member(found, part); });
  return found;
};

// --- the current event ------------------------------------------------------------

const isEvent = (message) => {
  if (getType(message) === 'array') return message[0] === 'event';
  return isObject(message) && !!member(message, 'event');
};

// A message that a template pushed cannot be read here: it may have been an event.
const isUnreadable = (message) => message === undefined;

const numberOf = (message) => member(message, 'gtm.uniqueEventId');

// Whether what GTM holds has all that was given: it merges, so it may hold more.
const holds = (held, given) => {
  const type = getType(given);
  if (type === 'object' || type === 'array') {
    return Object.keys(given).every((key) => key === '_clear' || holds(member(held, key), given[key]));
  }
  return ['string', 'number', 'boolean', 'null'].indexOf(type) < 0 || given !== given || held === given;
};

// What tells whether a message without a number can be the current event.
const likeCurrent = () => {
  const name = copyFromDataLayer('event');
  const parameters = copyFromDataLayer('eventModel');
  return (message) => {
    // A gtag command alone has parameters.
    if (isUnreadable(message)) return parameters === undefined;
    if (getType(message) === 'array') {
      return isEvent(message) && message[1] === name && holds(parameters, message[2]) && holds(message[2], parameters);
    }
    return member(message, 'event') === name && numberOf(message) === undefined &&
      Object.keys(message).every((key) => key === '_clear' || holds(copyFromDataLayer(key), message[key]));
  };
};

// GTM cuts the data layer at its front: places in a longer one do not last.
const LONGEST = 300;

// GTM writes an event's number into its message, but not into the list of a gtag command, into what a
// template pushed, or into a message that the site has frozen. Of these, the current event is behind
// all that have passed, and the only one there that has set what GTM holds; where two could be it,
// neither is taken for it. Its place is kept for a tag that consent holds back.
const findUnnumbered = (messages, number) => {
  const places = messages.length < LONGEST ? templateStorage.getItem('places') || {} : {};
  const known = places[makeString(number)];
  if (known !== undefined) return [known];
  if (number === undefined || number !== copyFromDataLayer('gtm.uniqueEventId')) return [];
  let last = -1;
  messages.forEach((message, i) => { if (numberOf(message) < number) last = i; });
  Object.keys(places).forEach((passed) => { last = Math.max(last, places[passed]); });
  const isLikeCurrent = likeCurrent();
  const found = [];
  messages.forEach((message, i) => { if (i > last && isLikeCurrent(message)) found.push(i); });
  if (found.length === 1) {
    places[makeString(number)] = found[0];
    templateStorage.setItem('places', places);
  }
  return found;
};

// The places where the current event can stand: its own one, where it can be told.
const findPlaces = (messages, number) => {
  for (let i = messages.length - 1; i >= 0; i--) {
    if (number !== undefined && numberOf(messages[i]) === number) return [i];
  }
  return findUnnumbered(messages, number);
};

// Where an event that is not in the array (gtm.init) would stand: behind the last older event.
const placeBehindOlder = (messages, number) => {
  let place = 0;
  messages.forEach((message, i) => {
    if (isEvent(message) && numberOf(message) < number) place = i + 1;
  });
  while (place < messages.length && !isEvent(messages[place]) && !isUnreadable(messages[place])) place++;
  return place;
};

// Our own events tell of consent, or bring a hit to the server that waited for it. They are none of the
// site's, and like all that a template pushed they cannot be read here: their numbers are kept.
const noteOurs = (number) => {
  const name = makeString(copyFromDataLayer('event'));
  if (name.indexOf('gtmgen.') !== 0 && name.indexOf('server_') !== 0) return;
  const ours = templateStorage.getItem('ours') || [];
  if (ours.indexOf(number) < 0) ours.push(number);
  templateStorage.setItem('ours', ours);
};

const countOurs = (older, number) =>
  (templateStorage.getItem('ours') || []).filter((one) => one > older && one < number).length;

// A message of GTM's own listeners (a click, a change of the history, a timer), not of the page load.
const LOAD = ['gtm.init_consent', 'gtm.init', 'gtm.js', 'gtm.dom', 'gtm.load'];
const isOfListener = (name) => getType(name) === 'string' && name.indexOf('gtm.') === 0 && LOAD.indexOf(name) < 0;

// --- history ----------------------------------------------------------------------

const withoutSlash = (path) =>
  path.length > 1 && path.charAt(path.length - 1) === '/' ? path.slice(0, -1) : path;

const isIgnored = (name) => PAGES.ignore_query.split(',').some((pattern) =>
  pattern.charAt(pattern.length - 1) === '*' ? name.indexOf(pattern.slice(0, -1)) === 0 : pattern === name);

const pageOf = (message, which) => {
  const url = parseUrl(makeString(member(message, 'gtm.' + which + 'Url')));
  if (!url) return undefined;
  const path = withoutSlash(url.pathname);
  if (PAGES.page_identity === 'fragment') {
    const fragment = member(message, 'gtm.' + which + 'UrlFragment');
    return path + '#' + withoutSlash(text(fragment).split('?')[0]);
  }
  if (PAGES.page_identity === 'path') return path;
  const pairs = url.search.slice(1).split('&').filter((pair) => pair !== '' && !isIgnored(pair.split('=')[0]));
  return path + '?' + pairs.sort().join('&');
};

// Whether a change of the history stays on its page: routers keep the scroll position with
// replaceState before they show the next page, and filters change the query.
const staysOnPage = (message) => {
  const source = member(message, 'gtm.historyChangeSource');
  if (source === undefined) return false;
  if (source === 'replaceState' && PAGES.replace_state === 'same') return true;
  return pageOf(message, 'new') === pageOf(message, 'old');
};

// An app that goes on while GTM is busy makes several messages, and GTM handles each at the last address.
const showsPage = (message) => member(message, 'gtm.historyChangeSource') !== undefined && !staysOnPage(message);

// --- messages before an event -----------------------------------------------------

// The event-less messages directly before a place, oldest first. What GTM's listeners have pushed in
// between is passed over: a listener more in the container must not change what other events read. The
// same listener's message before this one is another event, as the site's are, unless it is a change of
// the history that shows no other page. What cannot be read is passed over where all of it is ours.
const messagesBefore = (messages, place, event, number) => {
  const list = [];
  let unreadable = 0;
  let i = place - 1;
  for (; i >= 0; i--) {
    const name = member(messages[i], 'event');
    if (isOfListener(name) && (name !== event || staysOnPage(messages[i]))) continue;
    if (isEvent(messages[i])) break;
    if (isUnreadable(messages[i])) unreadable++;
    if (isUnreadable(messages[i]) || isObject(messages[i])) list.unshift(messages[i]);
  }
  // Ours are known by number alone: all that cannot be read counts, back to the last number before them.
  for (; i >= 0 && numberOf(messages[i]) === undefined; i--) if (isUnreadable(messages[i])) unreadable++;
  const older = i < 0 ? 0 : numberOf(messages[i]);
  let end = 0;
  if (countOurs(older, number) < unreadable) {
    list.forEach((message, place) => { if (isUnreadable(message)) end = place + 1; });
  }
  return list.slice(end).filter((message) => !isUnreadable(message));
};

// What the page pushed while it loaded belongs to the whole load, not to its next moment alone.
const pageMessages = (messages, own) => {
  const moments = member({'gtm.dom': ['gtm.js'], 'gtm.load': ['gtm.js', 'gtm.dom']}, member(own, 'event')) || [];
  let list = [];
  for (let i = 0; i < messages.length; i++) {
    const name = member(messages[i], 'event');
    if (moments.indexOf(name) >= 0) list = list.concat(messagesBefore(messages, i, name, numberOf(messages[i])));
  }
  return list;
};

// As GTM's data layer merges, except that an array replaces an array. The messages stay as they are:
// other events are made of them, too.
const merge = (target, key, value) => {
  const held = member(target, key);
  if (!isObject(value) || !isObject(held)) {
    target[key] = value;
  } else if (held !== value) {
    target[key] = {};
    Object.keys(held).forEach((inner) => { target[key][inner] = held[inner]; });
    Object.keys(value).forEach((inner) => merge(target[key], inner, value[inner]));
  }
};

const modelOf = (messages) => {
  const model = {};
  messages.forEach((message) => {
    Object.keys(message).forEach((key) => {
      const parts = key.split('.');
      let value = message[key];
      while (parts.length > 1) {
        const outer = {};
        outer[parts.pop()] = value;
        value = outer;
      }
      if (message._clear === true) model[parts[0]] = value;
      else merge(model, parts[0], value);
    });
  });
  return model;
};

const text = (value) => {
  const type = getType(value);
  if (type === 'number') return value - value === 0 ? makeString(value) : '';
  return type === 'string' && value.trim() !== '' ? value : '';
};

// gtag('event', ...) leaves a list without a number. GTM holds its parameters in eventModel for as
// long as the event lasts; they are kept here for a tag that consent holds back.
const gtagParameters = (number) => {
  const kept = templateStorage.getItem('gtag') || {};
  const given = number === copyFromDataLayer('gtm.uniqueEventId') ? copyFromDataLayer('eventModel') : undefined;
  if (isObject(given)) {
    kept[makeString(number)] = given;
    templateStorage.setItem('gtag', kept);
  }
  return member(kept, makeString(number));
};

// A site that pushes one and the same object again gives its second event the first one's number.
// The data layer has grown by then; time tells the two apart where GTM cuts it off at its front. What
// is pushed again at once, by two handlers of one click, is taken for one event.
const AT_ONCE = 10;  // milliseconds
const AS_LONG_AS_AN_EVENT = 1000;

const isCurrent = (known, age) =>
  age < AT_ONCE || (age < AS_LONG_AS_AN_EVENT && known.length === copyFromWindow(LAYER + '.length'));

// The data layer, copied as a whole, which takes its time: once per event, and kept for all that read
// it, those that read other events (`turn`) among them.
const readLayer = (current) => {
  const known = templateStorage.getItem('layer');
  const now = getTimestampMillis();
  if (known && current !== undefined && known.number === current && isCurrent(known, now - known.read)) return known;
  const copied = copyFromWindow(LAYER);
  const isList = getType(copied) === 'array';
  const layer = {
    number: current, read: now, length: isList ? copied.length : undefined, messages: isList ? copied : [], events: {}
  };
  if (current !== undefined) templateStorage.setItem('layer', layer);
  return layer;
};

// What the messages of an event have set.
const readEvent = (messages, number) => {
  const places = findPlaces(messages, number);
  const own = places.length === 1 ? messages[places[0]] : undefined;
  const place = places.length > 0 ? places[0] : placeBehindOlder(messages, number);
  const list = places.length > 1 ? [] : pageMessages(messages, own).concat(messagesBefore(messages, place, member(own, 'event'), number));
  const event = {
    number: number,
    own: isObject(own) ? own : undefined,
    gtag: undefined,
    model: modelOf(isObject(own) ? list.concat([own]) : list),
    left: places.length === 1 && messages.slice(places[0] + 1).some(showsPage),
    times: messages.filter((message) => number !== undefined && numberOf(message) === number).length
  };
  if (number !== undefined && event.own === undefined) {
    event.gtag = gtagParameters(number);
    if (event.gtag) event.model.eventModel = event.gtag;
  }
  return event;
};

const numberGiven = (number) => text(number) === '' ? undefined : number;

// What consent holds back for later is of the page. By the time that it goes out, GTM may have cut the
// messages off at the front of the data layer: some of the last pages, and the load, are kept.
const MOST = 12;
const keepForLater = (event) => {
  const name = copyFromDataLayer('event');
  if (LOAD.indexOf(name) < 0 && (name !== 'gtm.historyChange' || staysOnPage(event.own))) return;
  const others = (templateStorage.getItem('kept') || []).filter((one) => one.number !== event.number);
  templateStorage.setItem('kept', others.concat([event]).slice(-MOST));
};

const findKept = (number) =>
  (templateStorage.getItem('kept') || []).filter((one) => one.number === number)[0];

// The event whose values are wanted: the current one, or one of before that consent held back.
const currentEvent = () => {
  const current = numberGiven(copyFromDataLayer('gtm.uniqueEventId'));
  const turn = numberGiven(data.turn);
  if (current !== undefined && turn === undefined) noteOurs(current);
  const number = turn === undefined ? current : turn;
  const layer = readLayer(current);
  const key = makeString(number);
  const known = member(layer.events, key);
  if (known) return known;
  const event = (turn === undefined ? undefined : findKept(turn)) || readEvent(layer.messages, number);
  layer.events[key] = event;
  if (current !== undefined && turn === undefined) keepForLater(event);
  return event;
};

// --- the event ID -----------------------------------------------------------------

const pageId = () => {
  const known = templateStorage.getItem('page');
  if (known) return known;
  const fresh = makeString(getTimestampMillis()) + '.' + makeString(generateRandom(100000, 999999));
  templateStorage.setItem('page', fresh);
  return fresh;
};

// What a page writes where it has no value: one ID of all such events would be the worst of all.
const NOTHING = ['undefined', 'null', 'NaN', 'false', '[object Object]'];
const idText = (value) => NOTHING.indexOf(text(value).trim()) < 0 ? text(value) : '';

const eventId = () => {
  const event = currentEvent();
  const key = text(data.key) || 'event_id';
  const own = event.own || event.gtag;
  const given = idText(member(own, key)) || idText(follow(own, key.split('.')));
  if (given !== '') return given;
  if (idText(data.from) !== '') return text(data.prefix) + idText(data.from);
  const again = event.times > 1 ? '.' + makeString(event.times) : '';
  return pageId() + '.' + (text(event.number) || text(data.gtmEventId) || '0') + again;
};

// --- values -----------------------------------------------------------------------

const isNothing = (value) =>
  value === undefined || value === null || value !== value || (getType(value) === 'string' && value.trim() === '');

// GTM has many ways of saying nothing: a failed variable is false, a missing element the text null.
const isMissing = (value) => {
  const type = getType(value);
  if (isNothing(value)) return true;
  if (type === 'string') return !!data.null_text && value === 'null';
  if (type === 'array' || type === 'object') return data.type === 'items' && Object.keys(value).length === 0;
  return value === false && !!data.type && data.type !== 'any' && data.type !== 'boolean';
};

const DIGITS = '0123456789';
const BLANKS = ' \t\n\r\u00a0\u2007\u2009\u202f\'\u2019_';
const POINTS = '.,';
const DASHES = '-\u2212\u2013\u2014';
const has = (characters, character) => character !== '' && characters.indexOf(character) >= 0;
const isDigit = (character) => has(DIGITS, character);

// Where the number of a text such as "Rs. 1.299,00 EUR" begins: the point of "Rs. 500" is the
// currency's, that of ".5" and "$.50" the number's own.
const startOf = (value) => {
  for (let i = 0; i < value.length; i++) {
    if (isDigit(value.charAt(i))) return i;
    if (has(POINTS, value.charAt(i)) && isDigit(value.charAt(i + 1)) &&
      (i === 0 || has(' -+$\u20ac\u00a3', value.charAt(i - 1)))) return i;
  }
  return value.length;
};

// Blanks between digits become one each, all others go.
const withoutBlanks = (value) => {
  let result = '';
  let gap = false;
  value.split('').forEach((character) => {
    if (has(BLANKS, character)) {
      gap = true;
      return;
    }
    if (gap && isDigit(character) && isDigit(result.charAt(result.length - 1))) result += ' ';
    result += character;
    gap = false;
  });
  return result;
};

// The decimal sign of a number that holds points or commas, or undefined where it is two numbers.
const decimalOf = (digits) => {
  const points = digits.split('.').length - 1;
  const commas = digits.split(',').length - 1;
  if (points > 0 && commas > 0) return digits.lastIndexOf('.') > digits.lastIndexOf(',') ? '.' : ',';
  if (points > 1) return ',';
  if (commas !== 1) return '.';
  // "1,450" is a thousand in one country and one and a half in another.
  return digits.match('^[1-9][0-9]{0,2},[0-9]{3}$') ? undefined : ',';
};

// Thousands, or India's lakhs: 1.299.000, 1 299 000, 12,34,567.
const isGrouped = (whole) =>
  !!whole.match('^[0-9]{1,3}(([.][0-9]{3})+|( [0-9]{3})+|(,[0-9]{2,3})*,[0-9]{3})$');

// 1 or -1 by what stands before a number, or undefined where it can be read both ways ("Total - 5").
// A minus stands first or touches the number; other dashes are those of words: "T-Shirt 5", "Price \u2013 5".
const signOf = (before) => {
  const dashes = before.split('').filter((character) => has(DASHES, character)).length;
  if (dashes === 0) return 1;
  if (dashes > 1) return undefined;
  if (has(DASHES, before.trim().charAt(0)) || has(DASHES, before.charAt(before.length - 1))) return -1;
  return before.indexOf('- ') < 0 && before.indexOf('\u2212') < 0 ? 1 : undefined;
};

// The number in a text, or undefined. What stands before and behind it is a currency or words.
const numberIn = (value) => {
  const start = startOf(value);
  let end = value.length;
  while (end > start && !isDigit(value.charAt(end - 1))) end--;
  const before = value.slice(0, start);
  // A currency's code is no abbreviation: of "CHF.50" nobody knows whether it is a half.
  if (before.match('(^|[^A-Za-z])[A-Z]{3}[.]$')) return undefined;
  const sign = signOf(before);
  // "(5.00)" and "5.00-" are ways to write a negative number, and nobody sends one on purpose.
  if (!sign || before.lastIndexOf('(') > before.lastIndexOf(')') || has(DASHES, value.charAt(end))) return undefined;
  const digits = withoutBlanks(value.slice(start, end));
  // "1.299,-" has whole units: the sign before the dash is the decimal one.
  const last = value.charAt(end);
  const isWhole = has(POINTS, last) && has(DASHES, value.charAt(end + 1));
  const decimal = text(data.decimal) || (isWhole ? last : decimalOf(digits));
  if (decimal === undefined) return undefined;
  const parts = digits.split(decimal);
  if (parts.length > 2) return undefined;
  const whole = isGrouped(parts[0]) ? parts[0].split('.').join('').split(',').join('').split(' ').join('') : parts[0];
  // The other sign is one of thousands, or none: with a decimal comma, "5.50" is no number.
  if (!whole.match('^[0-9]*$')) return undefined;
  const plain = parts.length > 1 ? whole + '.' + parts[1] : whole;
  return plain.match('^([0-9]+|[0-9]*[.][0-9]+)$') ? plain * sign : undefined;
};

const asNumber = (value) => {
  if (getType(value) === 'number') return value - value === 0 ? value : undefined;
  if (getType(value) !== 'string') return undefined;
  const written = value.trim();
  return written.match('^-?[0-9]+([.][0-9]+)?[eE][+-]?[0-9]+$') ? written * 1 : numberIn(written);
};

const asItem = (item) => {
  if (!isObject(item)) return item;
  const result = {};
  const renamed = {};
  (data.fields || []).forEach((row) => {
    const value = follow(item, makeString(row.from).split('.'));
    if (value === undefined) return;
    renamed[row.from] = true;
    result[row.to] = value;
  });
  Object.keys(item).forEach((key) => {
    if (!renamed[key] && Object.keys(result).indexOf(key) < 0) result[key] = item[key];
  });
  ['price', 'quantity', 'discount'].forEach((key) => {
    const number = asNumber(result[key]);
    if (number !== undefined) result[key] = number;
    else if (isNothing(result[key]) || data.readable) Object.delete(result, key);
  });
  return result;
};

// A list that PHP writes as an object where it has a gap ({"0": {...}, "2": {...}}), or that a shop
// keeps by the ID of each: as what it holds. A single item has texts and numbers, or the fields named.
const isCollection = (value) =>
  Object.keys(value).every((key) => isObject(value[key])) &&
  (data.fields || []).every((row) => follow(value, makeString(row.from).split('.')) === undefined);

const asItems = (value) => {
  let list = value;
  if (getType(value) === 'string') list = JSON.parse(value);
  if (isObject(list)) list = isCollection(list) ? Object.values(list) : [list];
  if (getType(list) !== 'array') return undefined;
  if (data.readable) list = list.filter(isObject);
  return list.length === 0 ? undefined : list.map(asItem);
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

const CASTS = {
  number: asNumber,
  integer: (value) => {
    const number = asNumber(value);
    return number === undefined ? undefined : Math.round(number);
  },
  boolean: asBoolean,
  currency: asCurrency,
  items: asItems,
  string: (value) => getType(value) === 'number' ? makeString(value) : value,
  email: (value) => getType(value) === 'string' ? value.trim() : value,
  phone: (value) => getType(value) === 'number' ? makeString(value) : value,
};

// Typed; what is there and cannot be read stays as it is, so that the tag can say so. Google's own
// tags would send it: for them it is nothing.
const typed = (value) => {
  if (isMissing(value)) return undefined;
  const cast = CASTS[data.type];
  const result = cast ? cast(value) : value;
  return result === undefined && !data.readable ? value : result;
};

const orDefault = (value) => {
  if (value !== undefined || data.default === undefined) return value;
  const standIn = typed(data.default);
  return standIn === undefined ? data.default : standIn;
};

// --- the answer -------------------------------------------------------------------

const readModel = (path) => {
  const parts = path.split('.');
  return follow(copyFromDataLayer(parts[0]), parts.slice(1));
};

if (data.read === 'id') return eventId();
if (data.read === 'page') return currentEvent().left ? 'left' : 'shown';
if (data.read === 'model') return orDefault(typed(readModel(text(data.path))));
const path = getType(data.path) === 'string' ? data.path : '';
return orDefault(path === '' ? undefined : typed(follow(currentEvent().model, path.split('.'))));


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
                    "string": "dataLayer"
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
                    "string": "dataLayer.length"
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
  },
  {
    "instance": {
      "key": {
        "publicId": "read_data_layer",
        "versionId": "1"
      },
      "param": [
        {
          "key": "allowedKeys",
          "value": {
            "type": 1,
            "string": "any"
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
  }
]


___TESTS___

scenarios:
- name: Reads the event's own message and event-less ones before it, nearest first
  code: |-
    messages = [{ecommerce: {value: 1, currency: 'EUR'}}, {ecommerce: {value: 2}}, own({ecommerce: {items: [1]}})];
    assertThat(read('ecommerce.items')).isEqualTo([1]);
    assertThat(read('ecommerce.value')).isEqualTo(2);
    assertThat(read('ecommerce.currency')).isEqualTo('EUR');
    assertThat(read('ecommerce')).isEqualTo({value: 2, currency: 'EUR', items: [1]});
    assertThat(read('event')).isEqualTo('e');
- name: Does not see what an earlier event has left
  code: |-
    messages = [{a: 1}, {event: 'old', 'gtm.uniqueEventId': 5, b: 2}, {c: 3}, own({})];
    assertThat(read('a')).isUndefined();
    assertThat(read('b')).isUndefined();
    assertThat(read('c')).isEqualTo(3);
- name: An event that has passed, by its number
  code: |-
    messages = [{a: 1}, {event: 'old', 'gtm.uniqueEventId': 5, b: 2}, {c: 3}, own({d: 4})];
    const of = (path) => runCode({read: 'event', path: path, turn: 5});
    assertThat(of('a')).isEqualTo(1);
    assertThat(of('b')).isEqualTo(2);
    assertThat(of('d')).isUndefined();
    assertThat(read('d')).isEqualTo(4);
    assertThat(runCode({read: 'event', path: 'd', turn: undefined})).isEqualTo(4);
- name: Passes over what GTM's other listeners have pushed in between
  code: |-
    const heard = (name, number) => ({event: name, 'gtm.uniqueEventId': number, d: 9});
    messages = [{a: 1}, heard('gtm.historyChange', 7), {b: 2}, heard('gtm.click', 8), own({c: 3})];
    assertThat([read('a'), read('b'), read('c'), read('d')]).isEqualTo([1, 2, 3, undefined]);
    current = 8;
    assertThat([read('a'), read('b'), read('c'), read('d')]).isEqualTo([1, 2, undefined, 9]);
    messages = [{a: 1}, heard('gtm.click', 7), {b: 2}, heard('gtm.click', 8)];
    assertThat([read('a'), read('b')]).isEqualTo([undefined, 2]);
- name: Passes over changes of the history that show no other page
  code: |-
    const moved = (source, from, to, number, fragments) => ({
      event: 'gtm.historyChange', 'gtm.historyChangeSource': source, 'gtm.uniqueEventId': number,
      'gtm.oldUrl': 'https://a.example' + from, 'gtm.newUrl': 'https://a.example' + to,
      'gtm.oldUrlFragment': fragments ? fragments[0] : '', 'gtm.newUrlFragment': fragments ? fragments[1] : ''
    });
    const before = (between) => {
      messages = [{a: 1}, between, {b: 2}, moved('pushState', '/x', '/y', 9)];
      return [read('a'), read('b')];
    };
    assertThat(before(moved('replaceState', '/x', '/x?s=1', 7))).isEqualTo([1, 2]);
    assertThat(before(moved('replaceState', '/x', '/z', 7))).isEqualTo([1, 2]);
    assertThat(before(moved('pushState', '/x', '/x/?color=red', 7))).isEqualTo([1, 2]);
    assertThat(before(moved('pushState', '/x?', '/x?&', 7))).isEqualTo([1, 2]);
    assertThat(before(moved('popstate', '/x', '/x', 7, ['', 'a']))).isEqualTo([1, 2]);
    assertThat(before(moved('pushState', '/x', '/z', 7))).isEqualTo([undefined, 2]);
    assertThat(before(moved('popstate', '/x', '/', 7))).isEqualTo([undefined, 2]);
    assertThat(before({event: 'gtm.historyChange', 'gtm.uniqueEventId': 7})).isEqualTo([undefined, 2]);
- name: A page is left where the app has shown a further one since
  code: |-
    const moved = (source, from, to, number) => ({
      event: 'gtm.historyChange', 'gtm.historyChangeSource': source, 'gtm.uniqueEventId': number,
      'gtm.oldUrl': 'https://a.example' + from, 'gtm.newUrl': 'https://a.example' + to
    });
    const page = (further) => {
      messages = [moved('pushState', '/', '/x', 9)].concat(further);
      return runCode({read: 'page'});
    };
    assertThat(page([])).isEqualTo('shown');
    assertThat(page([{event: 'e'}, moved('replaceState', '/x', '/x/slug', 10)])).isEqualTo('shown');
    assertThat(page([moved('pushState', '/x', '/y', 10)])).isEqualTo('left');
    messages = undefined;
    assertThat(runCode({read: 'page'})).isEqualTo('shown');
- name: The moments of the page load end the search
  code: |-
    ['gtm.js', 'gtm.dom', 'gtm.load'].forEach((name) => {
      messages = [{a: 1}, {event: name, 'gtm.uniqueEventId': 7}, {b: 2}, own({})];
      assertThat([read('a'), read('b')]).isEqualTo([undefined, 2]);
    });
- name: Does not see what comes after the event
  code: |-
    messages = [own({}), {a: 1}, {event: 'next', a: 2}];
    assertThat(read('a')).isUndefined();
- name: A gtag event ends the search, other commands are skipped
  code: |-
    messages = [{a: 1}, ['event', 'x'], {b: 2}, ['consent', 'update', {}], () => 1, null, own({})];
    assertThat(read('a')).isUndefined();
    assertThat(read('b')).isEqualTo(2);
- name: A message that cannot be read ends the search
  code: |-
    messages = [{a: 1}, undefined, own({})];
    assertThat(read('a')).isUndefined();
- name: An event of the page is kept for when its message is cut off, others are not
  code: |-
    let event = 'gtm.js';
    let number = 5;
    mock('copyFromDataLayer', (key) => key === 'event' ? event : key === 'gtm.uniqueEventId' ? number : undefined);
    const happen = (name, fields) => {
      event = name;
      number += 1;
      fields.event = name;
      fields['gtm.uniqueEventId'] = number;
      messages.push(fields);
      runId({});
    };
    const of = (turn) => runCode({path: 'a', turn: turn});
    messages.push({a: 1});
    happen('gtm.js', {});
    happen('bought', {a: 2});
    happen('gtm.historyChange', {a: 3});
    const stays = {a: 4, 'gtm.historyChangeSource': 'replaceState'};
    happen('gtm.historyChange', stays);
    assertThat([of(6), of(7), of(8), of(9)]).isEqualTo([1, 2, 3, 4]);
    messages = [];
    assertThat([of(6), of(7), of(8), of(9)]).isEqualTo([1, undefined, 3, undefined]);
    for (let page = 0; page < 12; page++) happen('gtm.historyChange', {a: 10 + page});
    messages = [];
    assertThat([of(6), of(8), of(10), of(21)]).isEqualTo([undefined, undefined, 10, 21]);
- name: Our own message is passed over once it has been the current event, others are not
  code: |-
    let event = 'gtmgen.given';
    let number = 7;
    mock('copyFromDataLayer', (key) => key === 'event' ? event : key === 'gtm.uniqueEventId' ? number : undefined);
    messages = [{a: 1}, undefined];
    assertThat(runId({}).split('.')[2]).isEqualTo('7');
    event = 'server_tiktok_purchase';
    number = 8;
    messages.push({c: 3}, undefined, message(9, {}));
    runId({});
    event = 'e';
    number = 9;
    assertThat(read('a')).isEqualTo(1);
    assertThat(read('c')).isEqualTo(3);
    messages.push({b: 2}, undefined, {d: 4}, message(11, {}));
    number = 11;
    assertThat(read('a')).isUndefined();
    assertThat(read('b')).isUndefined();
    assertThat(read('d')).isEqualTo(4);
    assertThat(runCode({path: 'c', turn: 9})).isEqualTo(3);
- name: Our own message is not taken for another that cannot be read, behind an event without a number
  code: |-
    let number = 7;
    mock('copyFromDataLayer', (key) => key === 'event' ? 'gtmgen.given' : number);
    messages = [message(5, {}), undefined];
    runId({});
    number = 9;
    messages.push({event: 'frozen'}, {b: 2}, undefined, {c: 3}, message(9, {}));
    assertThat([read('b'), read('c')]).isEqualTo([undefined, 3]);
- name: Null hides what is older
  code: |-
    messages = [{ecommerce: {items: [1]}}, {ecommerce: null}, own({})];
    assertThat(read('ecommerce.items')).isUndefined();
    assertThat(read('ecommerce')).isUndefined();
    messages.push(messages.pop());
    messages[2].ecommerce = {value: 3};
    assertThat(read('ecommerce')).isEqualTo({value: 3});
- name: A text on the way hides what is older, an undefined too
  code: |-
    messages = [{a: {b: 1}, c: 2}, own({a: 'x', c: undefined})];
    assertThat(read('a.b')).isUndefined();
    assertThat(read('c')).isUndefined();
- name: Names with dots count, and arrays are not merged
  code: |-
    messages = [{'ecommerce.items': [1, 2]}, own({'ecommerce.items': [3]})];
    assertThat(read('ecommerce.items')).isEqualTo([3]);
    assertThat(read('ecommerce.items.0')).isEqualTo(3);
    assertThat(read('ecommerce.items.length')).isEqualTo(1);
    assertThat(read('ecommerce.items.1')).isUndefined();
- name: Falsy values are values
  code: |-
    messages = [own({a: 0, b: false, c: ''})];
    assertThat(read('a')).isEqualTo(0);
    assertThat(read('b')).isEqualTo(false);
    assertThat(read('c')).isUndefined();
- name: A message that clears replaces
  code: |-
    messages = [{a: {b: 1}}, own({a: {c: 2}, _clear: true})];
    assertThat(read('a')).isEqualTo({c: 2});
- name: An event that is not in the data layer sees the event-less messages at its place
  code: |-
    current = 7;
    messages = [{a: 1}, {event: 'old', 'gtm.uniqueEventId': 5}, {b: 2}, own({c: 3})];
    assertThat(read('a')).isUndefined();
    assertThat(read('b')).isEqualTo(2);
    assertThat(read('c')).isUndefined();
    current = 3;
    assertThat(read('a')).isEqualTo(1);
    current = undefined;
    messages = [{a: 1}, {event: 'not handled yet', c: 3}];
    assertThat(read('a')).isEqualTo(1);
    assertThat(read('c')).isUndefined();
- name: A message without a number is the one that has set what GTM holds
  code: |-
    const held = {event: 'cart', event_id: 'srv-2', n: {a: [1, {b: 2}], c: 3}, 'gtm.uniqueEventId': 9};
    mock('copyFromDataLayer', (key) => held[key]);
    const frozen = (id) => ({event: 'cart', event_id: id, n: {a: [1, {b: 2}]}, f: () => 1, z: 0 / 0, _clear: true});
    messages = [{event: 'old', 'gtm.uniqueEventId': 5}, {x: 1}, frozen('srv-1'), {x: 2}, frozen('srv-2'), {x: 3}];
    assertThat(runId({})).isEqualTo('srv-2');
    assertThat(read('x')).isEqualTo(2);
    assertThat(read('n.a')).isEqualTo([1, {b: 2}]);
    store.places = null;
    messages[4] = {event: 'cart', event_id: null};
    assertThat(runId({})).isEqualTo(generated + '.9');
    messages[4] = {event: 'cart', event_id: 'srv-2', n: {a: [1, {b: 3}]}};
    assertThat(runId({})).isEqualTo(generated + '.9');
- name: Of two that could be the current event, neither is taken for it
  code: |-
    mock('copyFromDataLayer', (key) => key === 'event' ? 'cart' : key === 'gtm.uniqueEventId' ? 9 : undefined);
    messages = [{x: 1}, {event: 'cart'}, {x: 2}, undefined];
    assertThat(read('x')).isUndefined();
    assertThat(runId({})).isEqualTo(generated + '.9');
    messages.pop();
    assertThat(read('x')).isEqualTo(1);
- name: What has passed is not the current event, and is found again by its number
  code: |-
    let number = 7;
    mock('copyFromDataLayer', (key) => key === 'event' ? 'cart' : key === 'gtm.uniqueEventId' ? number : undefined);
    messages = [{x: 1}, {event: 'cart'}];
    assertThat(read('x')).isEqualTo(1);
    messages.push({x: 2});
    messages.push({event: 'cart'});
    number = 8;
    assertThat(read('x')).isEqualTo(2);
    number = 9;
    assertThat(runCode({path: 'x', turn: 7})).isEqualTo(1);
    assertThat(runCode({path: 'x', turn: 8})).isEqualTo(2);
    assertThat(runCode({path: 'x', turn: 6})).isEqualTo(1);
    while (messages.length < 300) messages.push({y: 1});
    assertThat(runCode({path: 'x', turn: 8})).isEqualTo(1);
- name: A gtag command is known by its name and its parameters
  code: |-
    let model = {value: 2};
    mock('copyFromDataLayer', (key) => key === 'event' ? 'cart' : key === 'eventModel' ? model : 9);
    messages = [{x: 1}, ['event', 'cart', {value: 1}], {x: 2}, undefined, {x: 3}, ['event', 'cart', {value: 2}]];
    assertThat(read('x')).isEqualTo(3);
    assertThat(read('eventModel.value')).isEqualTo(2);
    store.places = null;
    messages.push(['event', 'cart', {value: 2, more: true}]);
    assertThat(read('x')).isEqualTo(3);
    model = undefined;
    store.places = null;
    messages = [{x: 1}, ['event', 'other'], {x: 2}, ['event', 'cart'], ['event', 'cart', {value: 1}]];
    assertThat(read('x')).isEqualTo(2);
- name: "At window loaded, what the page pushed before DOM ready counts, too"
  code: |-
    const moment = (name, number) => ({event: name, 'gtm.uniqueEventId': number});
    messages = [{a: 1, b: 1}, moment('gtm.js', 5), {b: 2}, moment('gtm.dom', 7), {c: 3}, moment('gtm.load', 9)];
    assertThat([read('a'), read('b'), read('c')]).isEqualTo([1, 2, 3]);
    current = 7;
    assertThat([read('a'), read('b'), read('c')]).isEqualTo([1, 2, undefined]);
- name: Nothing there, nothing found
  code: |-
    assertThat(read('a.b')).isUndefined();
    assertThat(runCode({})).isUndefined();
    messages = undefined;
    assertThat(read('a')).isUndefined();
- name: "Event ID: takes the ID that the event's own message carries"
  code: |-
    const ids = [[{event_id: 'srv-1'}, 'srv-1'], [{event_id: 42}, '42'], [{event_id: 0}, '0']];
    ids.forEach((pair) => {
      messages = [message(5, {event_id: 'old'}), message(9, pair[0])];
      assertThat(runId({from: 'order', prefix: 'p_'})).isStrictlyEqualTo(pair[1]);
    });
- name: "Event ID: a key can be a path or a name with dots"
  code: |-
    messages = [message(9, {meta: {id: 'deep'}})];
    assertThat(runId({key: 'meta.id'})).isEqualTo('deep');
    messages = [message(9, {'meta.id': 'flat'})];
    assertThat(runId({key: 'meta.id'})).isEqualTo('flat');
    messages = [message(9, {meta: null})];
    assertThat(runId({key: 'meta.id'})).isEqualTo(generated + '.9');
- name: "Event ID: otherwise prefix and value"
  code: |-
    messages = [message(9, {event_id: ''})];
    assertThat(runId({from: '1001', prefix: 'purchase_'})).isEqualTo('purchase_1001');
    assertThat(runId({from: 77, prefix: 'purchase_'})).isEqualTo('purchase_77');
    assertThat(runId({from: 0})).isStrictlyEqualTo('0');
- name: "Event ID: a value that is missing or failed does not count"
  code: |-
    messages = [message(9, {event_id: null})];
    [undefined, null, false, true, '', ' ', {}, [1], 0 / 0, 'undefined', 'null', 'NaN', ' null '].forEach((value) => {
      assertThat(runId({from: value, prefix: 'purchase_'})).isEqualTo(generated + '.9');
    });
- name: "Event ID: a word that stands for no value is no ID of the site's"
  code: |-
    ['undefined', 'null', 'NaN', '[object Object]'].forEach((value) => {
      messages = [message(9, {event_id: value})];
      assertThat(runId({from: 'A1'})).isEqualTo('A1');
      assertThat(runId({})).isEqualTo(generated + '.9');
    });
- name: "Event ID: an ID that lingers from an earlier message is not reused"
  code: |-
    messages = [message(5, {event_id: 'srv-1'}), message(9, {})];
    assertThat(runId({})).isEqualTo(generated + '.9');
- name: "Event ID: the same when read again, another for another event"
  code: |-
    assertThat(runId({})).isEqualTo(runId({}));
    const first = runId({});
    current = 11;
    assertThat(runId({})).isNotEqualTo(first);
    assertThat(randoms).isEqualTo(1);
- name: "Event ID: works for events that are not in the data layer"
  code: |-
    messages = [undefined, null, 'x', () => 1, ['event', 'y'], {event: 'first'}];
    current = 3;
    assertThat(runId({})).isEqualTo(generated + '.3');
    mock('copyFromWindow', undefined);
    assertThat(runId({})).isEqualTo(generated + '.3');
- name: "Event ID: without an event number it falls back to the number of the tag's event, then to 0"
  code: |-
    current = undefined;
    messages = [{event: 'unstamped', event_id: 'not mine'}];
    assertThat(runId({gtmEventId: 4})).isEqualTo(generated + '.4');
    assertThat(runId({})).isEqualTo(generated + '.0');
- name: The whole data layer, also through null
  code: |-
    mock('copyFromDataLayer', (key) => key === 'order' ? {id: 'T1', none: null} : undefined);
    assertThat(runCode({read: 'model', path: 'order.id'})).isEqualTo('T1');
    assertThat(runCode({read: 'model', path: 'order.none.x', default: 'd'})).isEqualTo('d');
- name: Copies the data layer once per event
  code: |-
    keep = true;
    let copies = 0;
    mock('copyFromWindow', (path) => {
      if (path === 'dataLayer.length') return messages.length;
      copies += 1;
      return messages;
    });
    messages = [own({a: 1, b: 2})];
    read('a'); read('b'); runId({});
    assertThat(copies).isEqualTo(1);
    messages.push(messages[0]);
    assertThat(runId({})).isEqualTo(generated + '.9');
    now += 50;
    assertThat(runId({})).isEqualTo(generated + '.9.2');
    assertThat(copies).isEqualTo(2);
    current = 11;
    read('a');
    assertThat(copies).isEqualTo(3);
- name: Copies the data layer once, whichever events are read on one event
  code: |-
    keep = true;
    let copies = 0;
    mock('copyFromWindow', () => {
      copies += 1;
      return messages;
    });
    const moment = (name, number) => ({event: name, 'gtm.uniqueEventId': number});
    messages = [
      {e: {a: 1}}, moment('gtm.js', 3), {e: {b: 2}}, moment('gtm.dom', 5), {e: {c: 3}}, moment('gtm.load', 7), own({e: {d: 4}})
    ];
    const of = (number) => runCode({path: 'e', turn: number});
    assertThat(of(7)).isEqualTo({a: 1, b: 2, c: 3});
    assertThat(read('e')).isEqualTo({d: 4});
    assertThat(of(5)).isEqualTo({a: 1, b: 2});
    assertThat(of(3)).isEqualTo({a: 1});
    assertThat(of(7)).isEqualTo({a: 1, b: 2, c: 3});
    assertThat(copies).isEqualTo(1);
setup: |-
  const generated = '1700000000000.123456';
  let messages = [];
  let current = 9;
  let randoms = 0;
  let keep = false;
  const store = {};
  const runId = (fields) => { fields.read = 'id'; return runCode(fields); };
  const own = (fields) => {
    fields.event = 'e';
    fields['gtm.uniqueEventId'] = 9;
    return fields;
  };
  const read = (path) => runCode({path: path});
  const message = (number, fields) => {
    fields.event = 'e';
    fields['gtm.uniqueEventId'] = number;
    return fields;
  };
  mock('copyFromWindow', (path) => path === 'dataLayer' ? messages : undefined);
  mock('copyFromDataLayer', () => current);
  let now = 1700000000000;
  mock('getTimestampMillis', () => now);
  mock('generateRandom', () => {
    randoms += 1;
    return 123455 + randoms;
  });
  mockObject('templateStorage', {
    getItem: (key) => store.hasOwnProperty(key) && (keep || key !== 'layer') ? store[key] : null,
    setItem: (key, value) => { store[key] = value; }
  });


___NOTES___

Sees the event's own message and the messages without an event directly before it, merged as GTM
merges them, except that an array replaces an array. Undefined when they hold no such value. Messages
of GTM's other listeners in between (gtm.historyChange, gtm.click) are passed over, and changes of the
history that show no other page.

GTM evaluates a variable again at every reference, so the event ID comes from stable state only: the
message with the current gtm.uniqueEventId, the given value, or a random number of the page plus
gtm.uniqueEventId (without one, the number of the tag's event; without that, 0).

A message that a template has pushed cannot be read by other templates: such an event has no data
here, nothing from before such a message is used, and its ID is made from the value or generated.

The part "values" is the same text in the template for values (a template cannot share code).
