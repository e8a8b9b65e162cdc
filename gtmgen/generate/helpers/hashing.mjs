// Made by gtmgen: personal data as TikTok's Events API takes it. Needs Node, and nothing else.
//
// Each function gives a hash of 64 lower-case hexadecimal digits, or null where the value is not of
// its kind: leave the field out then, for no hash of it would match anybody. What is a hash already
// stays one. Other platforms normalise otherwise: do not send them these hashes.
// @ts-check

import { createHash } from "node:crypto";

const HASH = /^[0-9a-fA-F]{64}$/;
const E164 = /^\+[1-9][0-9]{6,14}$/;
// Countries whose numbers keep their first 0 behind the country code.
const KEEP_ZERO = ["+39", "+225", "+242", "+378"];
// Numbers that begin with no 0 have this many digits in these countries (in Italy, mobile ones).
const NATIONAL_DIGITS = {
  "+1": 10, "+30": 10, "+34": 9, "+39": 10, "+45": 8, "+47": 8, "+48": 9, "+52": 10, "+65": 8, "+351": 9, "+354": 7,
  "+356": 8, "+357": 8, "+371": 8, "+420": 9, "+852": 8,
};
const PHONE_MARKS = /[\s\-\u2010-\u2014./()[\]]/g;
// Blanks and punctuation, the apostrophes, dashes and middle dots of other scripts among them.
const NAME_MARKS = new RegExp(
  "[\\s!-/:-@\\[-`{-~\u00a1\u00ab\u00ad\u00b4\u00b7\u00bb\u00bf\u02b9-\u02bc\u05be\u05f3\u05f4\u060c\u200b-\u2015" +
  "\u2018-\u201f\u2022\u2026\u2027\u2032\u2033\u2039\u203a\u2060\u2212\u3001\u3002\u30fb\ufeff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]", "g");

/** @param {string} text @returns {string} */
export function sha256(text) {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** @param {string} value @param {(value: string) => string | null} normalize */
function hash(value, normalize) {
  const plain = value.trim();
  if (HASH.test(plain)) return plain.toLowerCase();
  const normal = normalize(value);
  return normal === null ? null : sha256(normal);
}

/** Trimmed, in lower case. @param {string} value @returns {string | null} */
export function normalizeEmail(value) {
  const email = value.trim().toLowerCase();
  return email.indexOf("@", 1) > 0 ? email : null;
}

/**
 * E.164 with its `+`; `countryCode` (`+49`) completes national numbers: those that begin with a 0
 * or, where no number does, have the country's length. Null for any other number without a country
 * code.
 * @param {string} value @param {string} [countryCode] @returns {string | null}
 */
export function normalizePhone(value, countryCode = "") {
  let number = value.trim();
  if (number.startsWith("+") || number.startsWith("00")) number = number.replace("(0)", "");
  number = complete(number.replace(PHONE_MARKS, ""), countryCode);
  return E164.test(number) ? number : null;
}

/** @param {string} number @param {string} countryCode @returns {string} */
function complete(number, countryCode) {
  if (number.startsWith("00")) return `+${number.slice(2)}`;
  if (!countryCode || number.startsWith("+")) return number;
  if (number.startsWith("0")) {
    return countryCode + (KEEP_ZERO.includes(countryCode) ? number : number.slice(1));
  }
  const digits = NATIONAL_DIGITS[countryCode];
  if (!digits) return number;
  if (number.length === digits) return countryCode + number;
  const isWhole = number.length === digits + countryCode.length - 1;
  return isWhole && number.startsWith(countryCode.slice(1)) ? `+${number}` : number;
}

/** Lower case without blanks and punctuation: names and postcodes. @param {string} value @returns {string | null} */
export function normalizeName(value) {
  return value.replace(NAME_MARKS, "").toLowerCase() || null;
}

/** City, state, country: as names are, but not hashed. @param {string} value @returns {string | null} */
export function normalizePlace(value) {
  return normalizeName(value);
}

/** The customer's own ID: trimmed. @param {string} value @returns {string | null} */
export function normalizeText(value) {
  return value.trim() || null;
}

/** `user.email` @param {string} value @returns {string | null} */
export const hashEmail = (value) => hash(value, normalizeEmail);

/** `user.phone` @param {string} value @param {string} [countryCode] @returns {string | null} */
export const hashPhone = (value, countryCode = "") =>
  hash(value, (number) => normalizePhone(number, countryCode));

/** `user.external_id` @param {string} value @returns {string | null} */
export const hashExternalId = (value) => hash(value, normalizeText);

/** `user.first_name`, `user.last_name`, `user.zip_code` @param {string} value @returns {string | null} */
export const hashName = (value) => hash(value, normalizeName);
