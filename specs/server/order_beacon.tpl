___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Order beacon",
  "description": "Tells the warehouse of an order.",
  "containerContexts": [
    "SERVER"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "order",
    "displayName": "Order",
    "simpleValueType": true
  },
  {
    "type": "TEXT",
    "name": "language",
    "displayName": "Language",
    "simpleValueType": true
  },
  {
    "type": "TEXT",
    "name": "page",
    "displayName": "Page",
    "simpleValueType": true
  }
]


___SANDBOXED_JS_FOR_SERVER___

const sendHttpGet = require('sendHttpGet');
const encodeUriComponent = require('encodeUriComponent');

const order = encodeUriComponent(data.order || '');
const language = encodeUriComponent(data.language || '');
const page = encodeUriComponent(data.page || '');
sendHttpGet('https://warehouse.acme.example/?order=' + order + '&language=' + language + '&page=' + page)
  .then(data.gtmOnSuccess, data.gtmOnFailure);


___SERVER_PERMISSIONS___

[
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
                "string": "https://warehouse.acme.example/"
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
