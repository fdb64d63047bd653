"use strict";

// The short line of lprcorpus.reading.selectors, which `lprcorpus resolve` follows in a later edition: the ends of a passage,
// and hashes of it and of what stands around it. It is made here as there, but for one thing: passages that are only nearly
// the same are not looked for, and a page of one issue does not know the other issues.

const CONTEXT = 32; // characters of context, white space aside; more where that does not tell two places apart
const MOST_CONTEXT = 512;
const ENDS = 5; // words at either end that the line quotes

// White space as Python's str.split() knows it, so that the hashes are those that the package computes.
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u; // eslint-disable-line no-control-regex
const parted = (text) => text.split(SPACE).filter(Boolean);

const fold = (text) => text.normalize("NFKD").replace(/\p{M}+/gu, "").replace(/[‘’‛ʼ]/g, "'").replace(/[“”„]/g, '"').toLowerCase();

async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What stands before and after a passage: so many characters, white space aside, or as many as there are.
function surroundings(text, start, end, size) {
  let before;
  for (let reach = 4 * size; ; reach *= 4) {
    before = parted(text.slice(Math.max(0, start - reach), start)).join("");
    if ([...before].length >= size || reach >= start) break;
  }
  let after;
  for (let reach = 4 * size; ; reach *= 4) {
    after = parted(text.slice(end, end + reach)).join("");
    if ([...after].length >= size || end + reach >= text.length) break;
  }
  return [[...before].slice(-size).join(""), [...after].slice(0, size).join("")];
}

// The places in a text that hold some folded words, as offsets.
function placesOf(text, wanted) {
  const found = [];
  const inside = [...text.matchAll(/(?:[\p{L}\p{N}]\p{M}*)+/gu)].map((match) => ({ word: fold(match[0]), at: match.index, end: match.index + match[0].length }));
  for (let n = 0; n + wanted.length <= inside.length; n++) {
    if (wanted.every((word, m) => inside[n + m].word === word)) found.push([inside[n].at, inside[n + wanted.length - 1].end]);
  }
  return found;
}

// How much context tells a passage from all that hold the same words, and the marks that say that there are such.
function likeness(bodies, record, start, end) {
  const text = bodies.get(record);
  const wanted = [...text.slice(start, end).matchAll(/(?:[\p{L}\p{N}]\p{M}*)+/gu)].map((match) => fold(match[0]));
  const others = [];
  if (wanted.length) {
    for (const [id, body] of bodies) {
      for (const [at, to] of placesOf(body, wanted)) {
        if (id !== record || to <= start || end <= at) others.push({ id, body, at, to });
      }
    }
  }
  const shared = (size) => {
    const [before, after] = surroundings(text, start, end, size);
    return others.some(({ body, at, to }) => {
      const [itsBefore, itsAfter] = surroundings(body, at, to, size);
      return before === itsBefore || after === itsAfter;
    });
  };
  let size = CONTEXT;
  while (shared(size) && size < MOST_CONTEXT) size *= 2;
  const marks = shared(size) ? "+++" : others.some(({ id }) => id === record) ? "++" : others.length ? "+" : "";
  return { size, marks };
}

// Return the short line of some characters of a record's body, given as offsets of UTF-16 units.
async function shortLine({ corpus, version, bodies, record, start, end, first, last }) {
  const text = bodies.get(record);
  const exact = text.slice(start, end);
  const words = parted(exact);
  const quote = words.length <= 2 * ENDS + 1 ? words : [...words.slice(0, ENDS), "…", ...words.slice(-ENDS)];
  const { size, marks } = likeness(bodies, record, start, end);
  const [before, after] = surroundings(text, start, end, size);
  const hashes = [
    (await sha256(words.join(" "))).slice(0, 12),
    (await sha256(before)).slice(0, 6),
    (await sha256(after)).slice(0, 6),
  ].join("-");
  const pages = first === last ? `p. ${first}` : `pp. ${first}-${last}`;
  const from = [...text.slice(0, start)].length; // the package counts characters
  const to = from + [...exact].length;
  return `${corpus} ${version} ${record} ${pages} ${from}-${to} “${quote.join(" ")}” ${hashes}${size === CONTEXT ? "" : `/${size}`}${marks}`;
}
