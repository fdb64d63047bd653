"use strict";

// The line that `lprcorpus resolve` follows in a later edition, as lprcorpus.search.passages writes it. Each block says where
// its characters are in the raw text, so that nothing is searched or hashed here.

const ENDS = 5; // words that a long quotation keeps at either end
const HASH_DIGITS = 8; // digits of the raw text's hash

// White space as Python's str.split() knows it.
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u; // eslint-disable-line no-control-regex
const wordsOf = (text) => text.split(SPACE).filter(Boolean);

// Where the characters of a block are in the raw text: "12:111085 !40:111130-111140". A piece has the offset of its first
// character in the block and of its first raw character; what an edit put there has both ends of its raw characters, with
// "~" between them where it changed white space alone. A "!" says that more than white space was left out before the piece.
function rawPieces(block) {
  return block.dataset.raw.split(" ").map((written) => {
    const isApart = written.startsWith("!");
    const [start, raw] = written.slice(isApart ? 1 : 0).split(":");
    const [rawStart, rawEnd = null] = raw.split(/[-~]/).map(Number);
    return { start: Number(start), rawStart, rawEnd, isApart, isSpacing: raw.includes("~") };
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

// Whether a passage reads in the raw text as it does here, white space aside: nothing in it was edited or left out.
function isPrinted(blocks, from, to) {
  return blocks.slice(blocks.indexOf(from.block), blocks.indexOf(to.block) + 1).every((block) => {
    const first = block === from.block ? from.offset : -1;
    const last = block === to.block ? to.offset : Infinity;
    const pieces = rawPieces(block);
    return pieces.every((piece, n) => {
      const end = pieces[n + 1]?.start ?? [...block.textContent].length;
      const isInside = end > first && piece.start <= last;
      const isWhole = piece.start >= first && end - 1 <= last;
      const isUnedited = piece.rawEnd === null || (piece.isSpacing && isWhole);
      return !isInside || (isUnedited && !(piece.isApart && piece.start > first));
    });
  });
}

// The quotation on one line: of a long one that reads as it is printed, the ends.
function onOneLine(exact, isAsPrinted) {
  const words = wordsOf(exact);
  if (words.length > 2 * ENDS + 1 && isAsPrinted && !exact.includes("…")) {
    words.splice(ENDS, words.length - 2 * ENDS, "…");
    return words.join(" ");
  }
  // A sign of the passage's own is told from ours by its spaces.
  return words.join(" ").replaceAll(" … ", "…");
}

// The selector of a passage: where it begins and ends, each as a block and an offset in its characters.
function selectorLine({ corpus, version }, article, { exact, first, last, from, to }) {
  const pages = first === last ? `p. ${first}` : `pp. ${first}-${last}`;
  const raw = `raw ${rawStart(from.block, from.offset)}-${rawEnd(to.block, to.offset)}`;
  const quote = onOneLine(exact, isPrinted([...article.querySelectorAll(".body .block")], from, to));
  const hash = article.dataset.sha256.slice(0, HASH_DIGITS);
  return `${corpus} ${version} ${article.dataset.record} ${pages} ${raw} “${quote}” ${hash}`;
}
