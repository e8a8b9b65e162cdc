___INFO___

{
  "type": "MACRO",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Consent state (gtmgen)",
  "categories": [
    "UTILITY"
  ],
  "brand": {
    "id": "brand_dummy",
    "displayName": "gtmgen",
    "thumbnail": ""
  },
  "description": "Names the consent types that are granted, for the server container.",
  "containerContexts": [
    "WEB"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "types",
    "displayName": "Consent types",
    "simpleValueType": true,
    "help": "Separated by commas: those that may be named."
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const isConsentGranted = require('isConsentGranted');

return data.types.split(',').filter((type) => isConsentGranted(type)).join(',') || 'none';


___WEB_PERMISSIONS___

[
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
- name: Names what is granted
  code: |-
    granted = ['ad_storage', 'analytics_storage'];
    assertThat(ask()).isEqualTo('ad_storage');
- name: Says so where nothing is granted
  code: |-
    assertThat(ask()).isEqualTo('none');
setup: |-
  let granted = [];
  const ask = () => runCode({types: 'ad_storage,ad_user_data'});
  mock('isConsentGranted', (type) => granted.indexOf(type) >= 0);


___NOTES___

An empty text would not travel: `none` stands for no type at all.
