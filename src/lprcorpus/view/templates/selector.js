"use strict";

// The line that `lprcorpus resolve` follows in a later edition, as lprcorpus.search.selectors writes it. Each block says where
// its characters are in the raw text, so that nothing is searched or hashed here.

const QUOTED_WORDS = 5; // words that a long quotation keeps at either end
const HASH_DIGITS = 8; // digits of the raw text's hash

// White space as Python's str.split() knows it.
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u; // eslint-disable-line no-control-regex
const wordsOf = (text) => text.split(SPACE).filter(Boolean);

// Where the characters of a block are in the raw text: "12:111085 40:111130-111140". A piece has the offset of its first
// character in the block and of its first raw character; what an edit put there has both ends of its raw characters.
function rawPieces(block) {
  return block.dataset.raw.split(" ").map((piece) => {
    const [start, raw] = piece.split(":");
    const [rawStart, rawEnd] = raw.split("-");
    return { start: Number(start), rawStart: Number(rawStart), rawEnd: rawEnd === undefined ? null : Number(rawEnd) };
  });
}

const pieceAt = (block, offset) => rawPieces(block).findLast((piece) => piece.start <= offset);

// The first raw character that a character of a block comes from, and one past the last.
function rawStart(block, offset) {
  const piece = pieceAt(block, offset);
  return piece.rawEnd === null ? piece.rawStart + offset - piece.start : piece.rawStart;
}

function rawEnd(block, offset) {
  const piece = pieceAt(block, offset);
  return piece.rawEnd ?? piece.rawStart + offset - piece.start + 1;
}

// The quotation on one line, a long one shortened to its first and last words.
function shortened(exact) {
  const words = wordsOf(exact);
  if (words.length <= 2 * QUOTED_WORDS + 1) return words.join(" ");
  return `${words.slice(0, QUOTED_WORDS).join(" ")} … ${words.slice(-QUOTED_WORDS).join(" ")}`;
}

// The selector of a passage: where it begins and ends, each as a block and an offset in its characters.
function selectorLine({ corpus, version }, article, { exact, first, last, from, to }) {
  const pages = first === last ? `p. ${first}` : `pp. ${first}-${last}`;
  const raw = `raw ${rawStart(from.block, from.offset)}-${rawEnd(to.block, to.offset)}`;
  const hash = article.dataset.sha256.slice(0, HASH_DIGITS);
  return `${corpus} ${version} ${article.dataset.record} ${pages} ${raw} “${shortened(exact)}” ${hash}`;
}
