___INFO___

{
  "type": "MACRO",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Event ID (fixture)",
  "categories": [
    "UTILITY",
    "ANALYTICS"
  ],
  "brand": {
    "id": "brand_dummy",
    "displayName": "gtmgen",
    "thumbnail": ""
  },
  "description": "One ID per data layer event, the same in every tag of the event: the site's own, or made from a value such as the order ID, or generated.",
  "containerContexts": [
    "WEB"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "key",
    "displayName": "Key of the site's own ID",
    "simpleValueType": true,
    "help": "Where the event's message carries an ID of the site. Dots are allowed.",
    "defaultValue": "event_id"
  },
  {
    "type": "TEXT",
    "name": "from",
    "displayName": "Value",
    "simpleValueType": true,
    "help": "A variable such as the order ID. It is used when the message carries no ID."
  },
  {
    "type": "TEXT",
    "name": "prefix",
    "displayName": "Prefix",
    "simpleValueType": true,
    "help": "Stands before the value, e.g. purchase_."
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const copyFromDataLayer = require('copyFromDataLayer');
const copyFromWindow = require('copyFromWindow');
const generateRandom = require('generateRandom');
const getTimestampMillis = require('getTimestampMillis');
const getType = require('getType');
const makeString = require('makeString');
const Object = require('Object');
const templateStorage = require('templateStorage');

// The text of a value that can be an ID, otherwise ''. Zero can; what a failed variable gives
// (false) cannot.
const text = (value) => {
  const type = getType(value);
  if (type === 'number') return value - value === 0 ? makeString(value) : '';
  return type === 'string' && value.trim() !== '' ? value : '';
};

const member = (value, key) => {
  const type = getType(value);
  if (type !== 'object' && type !== 'array') return undefined;
  return Object.keys(value).indexOf(key) < 0 ? undefined : value[key];
};

const read = (message, path) => {
  const literal = text(member(message, path));
  return literal || text(path.split('.').reduce(member, message));
};

// The message that GTM is handling, if it is a readable one in the data layer.
const ownMessage = (number) => {
  const messages = copyFromWindow('dataLayer');
  if (getType(messages) !== 'array' || number === undefined) return undefined;
  for (let i = messages.length - 1; i >= 0; i--) {
    if (member(messages[i], 'gtm.uniqueEventId') === number) return messages[i];
  }
  return undefined;
};

const pageId = () => {
  const known = templateStorage.getItem('page');
  if (known) return known;
  const fresh = makeString(getTimestampMillis()) + '.' + makeString(generateRandom(100000, 999999));
  templateStorage.setItem('page', fresh);
  return fresh;
};

const stamped = copyFromDataLayer('gtm.uniqueEventId');
const number = text(stamped) === '' ? undefined : stamped;
const given = read(ownMessage(number), text(data.key) || 'event_id');
const from = text(data.from);

if (given !== '') return given;
if (from !== '') return text(data.prefix) + from;
return pageId() + '.' + (text(number) || text(data.gtmEventId) || '0');


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
                "string": "gtm.uniqueEventId"
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
  }
]


___TESTS___

scenarios:
- name: Takes the ID that the event's own message carries
  code: |-
    const ids = [[{event_id: 'srv-1'}, 'srv-1'], [{event_id: 42}, '42'], [{event_id: 0}, '0']];
    ids.forEach((pair) => {
      messages = [message(5, {event_id: 'old'}), message(9, pair[0])];
      assertThat(runCode({from: 'order', prefix: 'p_'})).isStrictlyEqualTo(pair[1]);
    });
- name: A key can be a path or a name with dots
  code: |-
    messages = [message(9, {meta: {id: 'deep'}})];
    assertThat(runCode({key: 'meta.id'})).isEqualTo('deep');
    messages = [message(9, {'meta.id': 'flat'})];
    assertThat(runCode({key: 'meta.id'})).isEqualTo('flat');
    messages = [message(9, {meta: null})];
    assertThat(runCode({key: 'meta.id'})).isEqualTo(generated + '.9');
- name: Otherwise prefix and value
  code: |-
    messages = [message(9, {event_id: ''})];
    assertThat(runCode({from: '1001', prefix: 'purchase_'})).isEqualTo('purchase_1001');
    assertThat(runCode({from: 77, prefix: 'purchase_'})).isEqualTo('purchase_77');
    assertThat(runCode({from: 0})).isStrictlyEqualTo('0');
- name: A value that is missing or failed does not count
  code: |-
    messages = [message(9, {event_id: null})];
    [undefined, null, false, true, '', ' ', {}, [1], 0 / 0].forEach((value) => {
      assertThat(runCode({from: value, prefix: 'purchase_'})).isEqualTo(generated + '.9');
    });
- name: An ID that lingers from an earlier message is not reused
  code: |-
    messages = [message(5, {event_id: 'srv-1'}), message(9, {})];
    assertThat(runCode({})).isEqualTo(generated + '.9');
- name: The same when read again, another for another event
  code: |-
    assertThat(runCode({})).isEqualTo(runCode({}));
    const first = runCode({});
    current = 11;
    assertThat(runCode({})).isNotEqualTo(first);
    assertThat(randoms).isEqualTo(1);
- name: Works for events that are not in the data layer
  code: |-
    messages = [undefined, null, 'x', () => 1, ['event', 'y'], {event: 'first'}];
    current = 3;
    assertThat(runCode({})).isEqualTo(generated + '.3');
    mock('copyFromWindow', undefined);
    assertThat(runCode({})).isEqualTo(generated + '.3');
- name: Without an event number it falls back to the number of the tag's event, then to 0
  code: |-
    current = undefined;
    messages = [{event: 'unstamped', event_id: 'not mine'}];
    assertThat(runCode({gtmEventId: 4})).isEqualTo(generated + '.4');
    assertThat(runCode({})).isEqualTo(generated + '.0');
setup: |-
  const generated = '1700000000000.123456';
  let messages = [];
  let current = 9;
  let randoms = 0;
  const store = {};
  const message = (number, fields) => {
    fields.event = 'e';
    fields['gtm.uniqueEventId'] = number;
    return fields;
  };
  mock('copyFromWindow', () => messages);
  mock('copyFromDataLayer', () => current);
  mock('getTimestampMillis', 1700000000000);
  mock('generateRandom', () => {
    randoms += 1;
    return 123455 + randoms;
  });
  mockObject('templateStorage', {
    getItem: (key) => store.hasOwnProperty(key) ? store[key] : null,
    setItem: (key, value) => { store[key] = value; }
  });


___NOTES___

GTM evaluates a variable again at every reference, so the ID comes from stable state only: the
message with the current gtm.uniqueEventId, the given value, or a random number of the page plus
gtm.uniqueEventId (without one, the number of the tag's event; without that, 0).

A message that a template has pushed cannot be read by other templates; its event gets the ID made
from the value, or a generated one.

[gtmgen fixture template/event_id]
