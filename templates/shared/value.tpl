___INFO___

{
  "type": "MACRO",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Value (gtmgen)",
  "categories": [
    "UTILITY",
    "ANALYTICS"
  ],
  "brand": {
    "id": "brand_dummy",
    "displayName": "gtmgen",
    "thumbnail": ""
  },
  "description": "The value of another variable, typed, with a default where it is missing; the first of several values; the sum of items.",
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
        "value": "value",
        "displayValue": "A value"
      },
      {
        "value": "first",
        "displayValue": "The first value that is there"
      },
      {
        "value": "sum",
        "displayValue": "The sum of items"
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "value",
    "displayName": "Value",
    "simpleValueType": true
  },
  {
    "type": "SIMPLE_TABLE",
    "name": "values",
    "displayName": "Values",
    "simpleTableColumns": [
      {
        "name": "value",
        "displayName": "Value",
        "type": "TEXT",
        "defaultValue": ""
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "path",
    "displayName": "Field of items",
    "simpleValueType": true,
    "help": "Of which the sum is made, times quantity. Empty: price.",
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
    "type": "CHECKBOX",
    "name": "null_text",
    "checkboxText": "The text null is nothing",
    "simpleValueType": true
  },
  {
    "type": "CHECKBOX",
    "name": "readable",
    "checkboxText": "What cannot be read as the type is nothing",
    "simpleValueType": true
  },
  {
    "type": "TEXT",
    "name": "default",
    "displayName": "Default",
    "simpleValueType": true,
    "canBeEmptyString": true
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const JSON = require('JSON');
const Math = require('Math');
const Object = require('Object');
const getType = require('getType');
const makeString = require('makeString');

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

const text = (value) => {
  const type = getType(value);
  if (type === 'number') return value - value === 0 ? makeString(value) : '';
  return type === 'string' && value.trim() !== '' ? value : '';
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

const firstOf = () => {
  let found;
  (data.values || []).forEach((row) => {
    if (found === undefined) found = typed(row.value);
  });
  return found;
};

const sumOf = (items) => {
  if (getType(items) !== 'array' || items.length === 0) return undefined;
  let sum = 0;
  items.forEach((item) => {
    const price = asNumber(member(item, text(data.path) || 'price'));
    const quantity = asNumber(member(item, 'quantity'));
    sum = price === undefined ? 0 / 0 : sum + price * (quantity === undefined ? 1 : quantity);
  });
  return sum - sum === 0 ? Math.round(sum * 100) / 100 : undefined;
};

if (data.read === 'first') return orDefault(firstOf());
if (data.read === 'sum') return orDefault(sumOf(data.value));
return orDefault(typed(data.value));


___WEB_PERMISSIONS___

[]


___TESTS___

scenarios:
- name: Numbers in texts, by the decimal sign or without one
  code: |-
    [['59.90', 59.9], ['59,90 EUR', 59.9], ['1.299,00', 1299], ['1,450.00', 1450], ['\u20ac 59.90', 59.9], [' 12.5 ', 12.5],
     ['-5', -5], ["1'299.50", 1299.5], ['1 299,5', 1299.5], ['1e3', 1000], [0, 0], ['0', 0],
     ['Rs. 500', 500], ['kr. 59,90', 59.9], ['$.50', 0.5], ['S/.25.90', 25.9], ['59,90 \u20ac inkl. MwSt.', 59.9],
     ['1.299,-', 1299], ['12.-', 12], ['1\u2019299.\u2013', 1299], ['12,34,567.50', 1234567.5], ['0,450', 0.45],
     ['-$5.00', -5], ['$-5.00', -5], ['\u22125', -5], ['- 5', -5], ['T-Shirt 19,90', 19.9],
     ['Preis \u2013 59,90 \u20ac', 59.9]].forEach((pair) => {
      assertThat(runCode({read: 'value', type: 'number', value: pair[0]}), pair[0]).isStrictlyEqualTo(pair[1]);
    });
    assertThat(runCode({read: 'value', type: 'number', value: '1,450'})).isEqualTo('1,450');
    assertThat(runCode({read: 'value', type: 'number', decimal: '.', value: '1,450'})).isEqualTo(1450);
    assertThat(runCode({read: 'value', type: 'number', decimal: ',', value: '1.450'})).isEqualTo(1450);
    assertThat(runCode({read: 'value', type: 'number', decimal: ',', value: '59.90'})).isEqualTo('59.90');
    ['abc', '0x10', '5 4a3', '1,2,3', '12 34', '1,299,00', '3,5 - 4,5', '(5.00)', '5.00-', '--5', 'Total - 5',
     {}].forEach((value) => {
      assertThat(runCode({read: 'value', type: 'number', value: value})).isEqualTo(value);
    });
- name: Nothing is nothing, and the default stands in for it
  code: |-
    [undefined, null, '', '  ', 0 / 0, false].forEach((value) => {
      assertThat(runCode({read: 'value', type: 'number', value: value})).isUndefined();
      assertThat(runCode({read: 'value', type: 'number', value: value, default: '7'})).isStrictlyEqualTo(7);
    });
    assertThat(runCode({read: 'value', value: 'null', null_text: true, default: 'x'})).isEqualTo('x');
    assertThat(runCode({read: 'value', value: 'null'})).isEqualTo('null');
    assertThat(runCode({read: 'value', value: false})).isEqualTo(false);
- name: Currencies, booleans, texts
  code: |-
    assertThat(runCode({read: 'value', type: 'currency', value: ' eur '})).isEqualTo('EUR');
    assertThat(runCode({read: 'value', type: 'currency', value: 'Euro'})).isEqualTo('Euro');
    assertThat(runCode({read: 'value', type: 'boolean', value: 'True'})).isStrictlyEqualTo(true);
    assertThat(runCode({read: 'value', type: 'string', value: 5})).isStrictlyEqualTo('5');
- name: What cannot be read is nothing where the tag would send it
  code: |-
    const readable = (type, value) => runCode({read: 'value', readable: true, type: type, value: value});
    assertThat(readable('currency', 'Euro')).isUndefined();
    assertThat(readable('currency', ' eur')).isEqualTo('EUR');
    assertThat(readable('number', 'on request')).isUndefined();
    assertThat(readable('number', '59,90')).isStrictlyEqualTo(59.9);
    assertThat(readable('boolean', 'perhaps')).isUndefined();
    assertThat(readable('items', 'not JSON')).isUndefined();
    assertThat(readable('items', ['A'])).isUndefined();
    assertThat(readable('items', ['A', {item_id: 'B', price: 'free', quantity: '2'}])).isEqualTo([{item_id: 'B', quantity: 2}]);
- name: Items in other words, one object, JSON text
  code: |-
    const fields = [{to: 'item_id', from: 'sku'}, {to: 'price', from: 'cost.gross'}];
    const wanted = [{item_id: 'A', price: 1299, quantity: 2, color: 'red'}];
    const item = {sku: 'A', cost: {gross: '1.299,00'}, quantity: '2', color: 'red'};
    const items = (value) => runCode({read: 'value', type: 'items', fields: fields, value: value});
    assertThat(items([item])[0].item_id).isEqualTo('A');
    assertThat(items(item)[0].price).isStrictlyEqualTo(1299);
    assertThat(items('[{"sku":"A","quantity":"2"}]')[0].quantity).isStrictlyEqualTo(2);
    assertThat(items('not JSON')).isEqualTo('not JSON');
    assertThat(items({'0': item, '2': {sku: 'B'}}).map((one) => one.item_id)).isEqualTo(['A', 'B']);
    assertThat(items({c4ca: item, a87f: {sku: 'B'}}).map((one) => one.item_id)).isEqualTo(['A', 'B']);
    assertThat(items([])).isUndefined();
    assertThat(items({})).isUndefined();
    assertThat(items([item])[0].sku).isUndefined();
    assertThat(wanted.length).isEqualTo(1);
- name: The sum of items, and the first value that is there
  code: |-
    const items = [{price: '10,50', quantity: 2}, {price: 1}];
    assertThat(runCode({read: 'sum', value: items})).isEqualTo(22);
    assertThat(runCode({read: 'sum', value: [{}]})).isUndefined();
    assertThat(runCode({read: 'first', type: 'string', values: [{value: undefined}, {value: ''}, {value: 'b'}, {value: 'c'}]})).isEqualTo('b');
setup: ""


___NOTES___

Needs no permission and only what every version of GTM's runtime has: a value that has nothing to do
with the event's message does not depend on reading it.

The part "values" is the same text in the template for event data (a template cannot share code).
