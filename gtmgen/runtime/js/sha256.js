// SHA-256 of a text's UTF-8, for the hosts in QuickJS, which has no crypto.
(function (rt) {
  'use strict';

  const bytesOf = function (text) {
    const bytes = [];
    for (const one of text) {
      const code = one.codePointAt(0);
      if (code < 0x80) bytes.push(code);
      else if (code < 0x800) bytes.push(0xc0 | code >> 6, 0x80 | code & 63);
      else if (code < 0x10000) bytes.push(0xe0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63);
      else bytes.push(0xf0 | code >> 18, 0x80 | code >> 12 & 63, 0x80 | code >> 6 & 63, 0x80 | code & 63);
    }
    return bytes;
  };
  const CONSTANTS = [];
  const INITIAL = [];
  const {sqrt, cbrt, floor} = Math;  // a page may replace them
  // When a text is hashed for the first time: few pages do, and each has a runtime of its own.
  const prepare = function () {
    for (let candidate = 2; CONSTANTS.length < 64; candidate += 1) {
      let prime = true;
      for (let by = 2; by * by <= candidate; by += 1) if (candidate % by === 0) { prime = false; break; }
      if (!prime) continue;
      const fraction = (root) => ((root - floor(root)) * 0x100000000) | 0;
      if (INITIAL.length < 8) INITIAL.push(fraction(sqrt(candidate)));
      CONSTANTS.push(fraction(cbrt(candidate)));
    }
  };
  const rotate = (value, by) => (value >>> by) | (value << (32 - by));
  const digestOf = function (text) {
    const bytes = bytesOf(text);
    const bits = bytes.length * 8;
    bytes.push(0x80);
    while (bytes.length % 64 !== 56) bytes.push(0);
    for (let shift = 56; shift >= 0; shift -= 8) bytes.push(Math.floor(bits / 2 ** shift) & 255);
    if (!INITIAL.length) prepare();
    const hash = INITIAL.slice();
    const words = new Array(64);
    for (let at = 0; at < bytes.length; at += 64) {
      for (let i = 0; i < 64; i += 1) {
        if (i < 16) {
          words[i] = bytes[at + i * 4] << 24 | bytes[at + i * 4 + 1] << 16 | bytes[at + i * 4 + 2] << 8 | bytes[at + i * 4 + 3];
        } else {
          const s0 = rotate(words[i - 15], 7) ^ rotate(words[i - 15], 18) ^ words[i - 15] >>> 3;
          const s1 = rotate(words[i - 2], 17) ^ rotate(words[i - 2], 19) ^ words[i - 2] >>> 10;
          words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
        }
      }
      let [a, b, c, d, e, f, g, h] = hash;
      for (let i = 0; i < 64; i += 1) {
        const t1 = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + (e & f ^ ~e & g) + CONSTANTS[i] + words[i]) | 0;
        const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + (a & b ^ a & c ^ b & c)) | 0;
        h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => { hash[i] = (hash[i] + value) | 0; });
    }
    return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  };

  // The digest as `hex`, or else as Base64.
  rt.sha256 = function (text, encoding) {
    const hex = digestOf(text);
    if (encoding === 'hex') return hex;
    return btoa(hex.match(/../g).map((one) => String.fromCharCode(parseInt(one, 16))).join(''));
  };
})
