"use strict";

// The short line of lprcorpus.search.selectors, which `lprcorpus resolve` follows in a later edition: the ends of a passage,
// and hashes of it and of what stands around it. It is made here as there, but for one thing: passages that are only nearly
// the same are not looked for, and a page of one issue does not know the other issues. A "?" in the line says so.

const CONTEXT = 32; // characters of context, white space aside; more where that does not tell two places apart
const MARGIN = 8; // characters beyond those that two places share
const MOST_CONTEXT = 4096;
const FEWEST_WORDS = 4; // of a passage from which on others may be nearly the same
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

const WORD = /(?:[\p{L}\p{N}]\p{M}*)+/gu;

// The places in a text that hold some folded words, as offsets.
function placesOf(text, wanted) {
  const found = [];
  const inside = [...text.matchAll(WORD)].map((match) => ({ word: fold(match[0]), at: match.index, end: match.index + match[0].length }));
  for (let n = 0; n + wanted.length <= inside.length; n++) {
    if (wanted.every((word, m) => inside[n + m].word === word)) found.push([inside[n].at, inside[n + wanted.length - 1].end]);
  }
  return found;
}

// The places in a text that hold another, as offsets.
function literally(text, wanted) {
  const found = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) found.push([at, at + wanted.length]);
  return found;
}

// How much context on either side tells a passage from all that hold the same words, 0 where none does, and the marks that
// say so and how many there are: which it is of those in its record, how many they are there, and in all records.
function likeness(bodies, record, start, end, part) {
  const text = bodies.get(record);
  const exact = text.slice(start, end);
  const wanted = [...exact.matchAll(WORD)].map((match) => fold(match[0]));
  const first = exact.search(WORD);
  const [lead, tail] = wanted.length ? [first, exact.length - placesOf(exact, wanted)[0][1]] : [0, 0];
  const like = [];
  for (const [id, body] of bodies) {
    const places = wanted.length ? placesOf(body, wanted) : id === record ? literally(body, exact) : [];
    for (const [at, to] of places) like.push({ id, body, at, to });
  }
  const joined = parted(exact).join(" ");
  const same = like.filter(({ body, at, to }) => parted(body.slice(Math.max(0, at - lead), to + tail)).join(" ") === joined);
  const others = like.filter(({ id, at, to }) => id !== record || to <= start || end <= at);
  const around = others.map(({ body, at, to }) => surroundings(body, at, to, MOST_CONTEXT));
  const mine = surroundings(text, start, end, MOST_CONTEXT);
  const [before, after] = [0, 1].map((side) => {
    const facing = (context) => (side ? [...context[side]] : [...context[side]].reverse());
    const own = facing(mine);
    if (own.length && around.some((context) => context[side] === mine[side])) return 0;
    const shared = around.map((context) => {
      const theirs = facing(context);
      let n = 0;
      while (n < own.length && n < theirs.length && own[n] === theirs[n]) n++;
      return n;
    });
    return Math.max(CONTEXT, Math.min(Math.max(0, ...shared) + MARGIN, MOST_CONTEXT));
  });
  const here = same.filter(({ id }) => id === record);
  const number = here.filter(({ at }) => at - lead <= start).length;
  const shown = (count) => (part === "all" ? count : "?");
  const alike = wanted.length < FEWEST_WORDS ? `${like.filter(({ id }) => id === record).length}/${shown(like.length)}` : "?/?";
  const equal = `${here.length}/${shown(same.length)}`;
  let marks = before === CONTEXT && after === CONTEXT ? "" : `/${before}/${after}`;
  if (!here.some(({ at }) => at - lead === start)) return { before, after, marks: `${marks}+1/1/?~?/?` }; // it begins inside a word
  if (equal !== "1/1") marks += `+${number}/${equal}`;
  if (alike !== equal && wanted.length) marks += `~${alike}`;
  return { before, after, marks };
}

// Return the short line of some characters of a record's body, given as offsets of UTF-16 units.
async function shortLine({ corpus, version, part, bodies, record, start, end, first, last }) {
  const text = bodies.get(record);
  const exact = text.slice(start, end);
  const words = parted(exact);
  const quote = words.length <= 2 * ENDS + 1 ? words : [...words.slice(0, ENDS), "…", ...words.slice(-ENDS)];
  const told = likeness(bodies, record, start, end, part);
  const [before] = surroundings(text, start, end, told.before || CONTEXT);
  const [, after] = surroundings(text, start, end, told.after || CONTEXT);
  const hashes = [
    (await sha256(words.join(" "))).slice(0, 12),
    (await sha256(before)).slice(0, 6),
    (await sha256(after)).slice(0, 6),
  ].join("-");
  const pages = first === last ? `p. ${first}` : `pp. ${first}-${last}`;
  const from = [...text.slice(0, start)].length; // the package counts characters
  const to = from + [...exact].length;
  return `${corpus} ${version} ${record} ${pages} ${from}-${to} “${quote.join(" ")}” ${hashes}${told.marks}`;
}
