___INFO___

{
  "type": "MACRO",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Event data (fixture)",
  "categories": [
    "UTILITY",
    "ANALYTICS"
  ],
  "brand": {
    "id": "brand_dummy",
    "displayName": "gtmgen",
    "thumbnail": ""
  },
  "description": "A value of the data layer as the current event has set it: what earlier events have left behind does not count.",
  "containerContexts": [
    "WEB"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "path",
    "displayName": "Data layer key",
    "simpleValueType": true,
    "help": "The key, with dots for nested values, e.g. ecommerce.items.",
    "valueValidators": [
      {
        "type": "NON_EMPTY"
      }
    ],
    "alwaysInSummary": true
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const copyFromDataLayer = require('copyFromDataLayer');
const copyFromWindow = require('copyFromWindow');
const getType = require('getType');
const Object = require('Object');

const isObject = (value) => getType(value) === 'object';

const member = (value, key) => {
  if (getType(value) === 'array' && key === 'length') return value.length;
  if (!isObject(value) && getType(value) !== 'array') return undefined;
  return Object.keys(value).indexOf(key) < 0 ? undefined : value[key];
};

const isEvent = (message) => {
  if (getType(message) === 'array') return message[0] === 'event';
  return isObject(message) && !!member(message, 'event');
};

// A message that a template pushed cannot be read here: it may have been an event.
const isUnreadable = (message) => message === undefined;

// Where the current event stands: its own place, or for an event that is not in the array
// (gtm.init, or pushed by a template) the place behind the last older event.
const placeOf = (messages, number) => {
  for (let i = messages.length - 1; i >= 0; i--) {
    if (number !== undefined && member(messages[i], 'gtm.uniqueEventId') === number) return i;
  }
  let place = 0;
  messages.forEach((message, i) => {
    if (isEvent(message) && member(message, 'gtm.uniqueEventId') < number) place = i + 1;
  });
  while (place < messages.length && !isEvent(messages[place]) && !isUnreadable(messages[place])) place++;
  return place;
};

// The event's own message and the event-less ones directly before it, oldest first.
const messagesOf = (messages, number) => {
  const place = placeOf(messages, number);
  const own = messages[place];
  const isOwn = number !== undefined && isObject(own) && member(own, 'gtm.uniqueEventId') === number;
  const found = isOwn ? [own] : [];
  for (let i = place - 1; i >= 0; i--) {
    if (isEvent(messages[i]) || isUnreadable(messages[i])) break;
    if (isObject(messages[i])) found.unshift(messages[i]);
  }
  return found;
};

// As GTM's data layer merges, except that an array replaces an array.
const merge = (target, key, value) => {
  if (!isObject(value) || !isObject(member(target, key))) {
    target[key] = value;
  } else if (target[key] !== value) {
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

const dataLayer = copyFromWindow('dataLayer');
const path = data.path;
if (getType(dataLayer) !== 'array' || getType(path) !== 'string' || path === '') return undefined;

const event = copyFromDataLayer('gtm.uniqueEventId');
const value = path.split('.').reduce(member, modelOf(messagesOf(dataLayer, event)));
return value === null ? undefined : value;


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
    assertThat(read('c')).isEqualTo('');
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
- name: Nothing there, nothing found
  code: |-
    assertThat(read('a.b')).isUndefined();
    assertThat(runCode({})).isUndefined();
    messages = undefined;
    assertThat(read('a')).isUndefined();
setup: |-
  let messages = [];
  let current = 9;
  const own = (fields) => {
    fields.event = 'e';
    fields['gtm.uniqueEventId'] = 9;
    return fields;
  };
  const read = (path) => runCode({path: path});
  mock('copyFromWindow', () => messages);
  mock('copyFromDataLayer', () => current);


___NOTES___

Sees the event's own message and the messages without an event directly before it, merged as GTM
merges them, except that an array replaces an array. Undefined when they hold no such value.

A message that a template has pushed cannot be read by other templates: such an event has no data
here, and nothing from before such a message is used.

[gtmgen fixture template/event_data]
