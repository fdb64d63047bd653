// The reader page works without this script: all text is in it. The script opens one record at a time, searches, filters,
// copies citations, sets the raw lines beside a record, and serves the keyboard. It makes no request and writes no HTML.

document.documentElement.classList.add("js");
document.addEventListener("DOMContentLoaded", () => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const articles = $$("article.record");
  const entries = $$(".issue-list li[data-record]");
  const search = $("#search");
  const byType = $("#by-type");
  const byAuthor = $("#by-author");
  const say = (text) => { $("#said").textContent = text; };

  // ---- opening a record -------------------------------------------------------------------------------------------

  const openArticle = () => $("article.record.open");

  function show(article) {
    for (const other of articles) other.classList.toggle("open", other === article);
    document.body.classList.toggle("reading", article !== null);
    for (const entry of entries) {
      const link = $("a", entry);
      if (article && entry.dataset.record === article.dataset.record) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    closeMenu();
    closeConcordance();
    highlight();
  }

  let followed = null;

  function follow() {
    followed = location.hash;
    let id = followed.slice(1);
    try { id = decodeURIComponent(id); } catch { /* not an address of ours */ }
    const target = id ? document.getElementById(id) : null;
    const article = target && target.closest("article.record");
    if (articles.length > 0) show(article);
    if (!target) { scrollTo(0, 0); return; }
    if (target.matches("details")) target.open = true;
    if (target === article || target.id === "front") scrollTo(0, 0);
    else target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  }

  addEventListener("hashchange", () => { if (location.hash !== followed) follow(); });

  // Go to an address at once: the event comes later, and the next key may come before it.
  function go(id) {
    location.hash = id;
    follow();
  }

  // To the next record that the list shows; in an index, to its entry.
  function step(by) {
    const shown = entries.filter((entry) => !entry.hidden);
    const now = document.activeElement?.closest("li[data-record]");
    const at = shown.findIndex((entry) => (articles.length ? $("a", entry).hasAttribute("aria-current") : entry === now));
    const next = shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : at + by];
    if (!next) return;
    if (articles.length) { go(next.dataset.record); return; }
    next.closest("details").open = true;
    $("a", next).focus();
  }

  function stepBlock(by) {
    const article = openArticle();
    if (!article) return;
    const blocks = $$(".body .block", article);
    const at = blocks.indexOf(document.activeElement && document.activeElement.closest(".block"));
    const next = blocks[at < 0 ? (by > 0 ? 0 : blocks.length - 1) : at + by];
    if (!next) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "center" });
  }

  // ---- search and filter ------------------------------------------------------------------------------------------

  // What `lprcorpus find` folds each character to; one that is not in the table stays as it is.
  const folding = new Map(Object.entries(JSON.parse($("#folding").textContent)));

  // A text folded for the search: words with spaces around them.
  function fold(text) {
    let folded = " ";
    for (const character of text) folded += folding.get(character) ?? character;
    return `${folded} `;
  }

  // For each folded character, where its own begins in the text; and where the text ends.
  function foldedOffsets(text) {
    const offsets = [0];
    let at = 0;
    for (const character of text) {
      const size = (folding.get(character) ?? character).length;
      for (let n = 0; n < size; n += 1) offsets.push(at);
      at += character.length;
    }
    offsets.push(at, at);
    return offsets;
  }

  let index = null;
  function textIndex() {
    index ??= new Map(articles.map((article) => [article.dataset.record, {
      head: fold(`${$("h2", article).textContent} ${article.dataset.author} ${$$(".headnote", article).map((note) => note.textContent).join(" ")}`),
      blocks: $$(".body .block", article).map((block) => ({ block, text: block.textContent, folded: fold(block.textContent) })),
    }]));
    return index;
  }

  // What an index knows of a record: the title of its issue, and what its entry says.
  const heads = new Map();
  function headOf(entry) {
    if (!heads.has(entry)) heads.set(entry, fold(`${$("h3", entry.closest(".issue-list")).textContent} ${entry.textContent}`));
    return heads.get(entry);
  }

  // Words, and phrases in quotation marks: each as a pattern of folded words in a row. The last may go on: it is being typed.
  function terms(query) {
    const patterns = [];
    for (const match of query.matchAll(/["“”„]([^"“”„]+)["“”„]?|[^\s"“”„]+/g)) {
      const folded = fold(match[1] ?? match[0]);
      const words = folded.split(" ").filter(Boolean).map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
      const isWhole = folded.endsWith("  "); // something that is no letter comes after it
      if (words.length) patterns.push(new RegExp(`(?<= )${words.join(" +")}${isWhole ? "(?= )" : ""}`, "gu"));
    }
    return patterns;
  }

  const has = (folded, term) => folded.search(term) >= 0;

  function hitsOf(entry, wanted) {
    const known = textIndex().get(entry.dataset.record);
    const head = known ? known.head : headOf(entry);
    const blocks = known ? known.blocks : [];
    const everywhere = wanted.every((term) => has(head, term) || blocks.some(({ folded }) => has(folded, term)));
    if (!everywhere) return null;
    const together = blocks.filter(({ folded }) => wanted.every((term) => has(folded, term)));
    return together.length ? together : blocks.filter(({ folded }) => wanted.some((term) => has(folded, term)));
  }

  // The places of some terms in a text, each as where it begins and ends.
  function placesOf(text, wanted) {
    const folded = fold(text);
    const found = wanted.flatMap((term) => [...folded.matchAll(term)]);
    if (!found.length) return [];
    const offsets = foldedOffsets(text);
    const places = found.map((match) => [offsets[match.index], offsets[match.index + match[0].length]]);
    return places.sort(([one], [other]) => one - other);
  }

  const SHOWN_HITS = 3;
  const AROUND = 50;
  const UNFOLDED = 200; // entries of an index that a search unfolds at most

  function snippet({ block, text }, wanted) {
    const places = placesOf(text, wanted);
    const [first, end] = places[0];
    const last = Math.min(end + AROUND, text.length);
    const link = document.createElement("a");
    link.href = `#${block.id}`;
    let at = Math.max(0, first - AROUND);
    if (at > 0) link.append("…");
    for (const [from, to] of places) {
      if (from < at || to > last) continue;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(from, to);
      link.append(text.slice(at, from), mark);
      at = to;
    }
    link.append(text.slice(at, last));
    if (last < text.length) link.append("…");
    const item = document.createElement("li");
    item.dir = "auto";
    item.append(link);
    return item;
  }

  const number = (count) => count.toLocaleString("en");

  // Take away what has no entry left; in an index, unfold the first entries that are found.
  function foldLists(filtered) {
    let unfolded = 0;
    for (const list of $$(".issue-list")) {
      const found = $$("li[data-record]:not([hidden])", list).length;
      list.classList.toggle("empty", found === 0);
      const details = $("details", list);
      if (!details) continue;
      details.open = filtered && found > 0 && unfolded < UNFOLDED;
      if (details.open) unfolded += found;
      if (filtered) $("summary", details).dataset.found = `${found} found`;
      else delete $("summary", details).dataset.found;
    }
    for (const volume of $$(".volume")) volume.classList.toggle("empty", !$(".issue-list:not(.empty)", volume));
  }

  function sift() {
    const wanted = terms(search.value);
    let shown = 0;
    let passages = 0;
    for (const entry of entries) {
      $(".hits", entry)?.remove();
      const fits = (!byType.value || entry.dataset.type === byType.value)
        && (byAuthor.selectedIndex === 0 || entry.dataset.author === byAuthor.value);
      const hits = fits && wanted.length ? hitsOf(entry, wanted) : [];
      entry.hidden = !fits || hits === null;
      if (entry.hidden) continue;
      shown += 1;
      passages += hits.length;
      if (hits.length === 0) continue;
      const list = document.createElement("ul");
      list.className = "hits";
      list.append(...hits.slice(0, SHOWN_HITS).map((hit) => snippet(hit, wanted)));
      if (hits.length > SHOWN_HITS) {
        const more = document.createElement("li");
        more.className = "more";
        more.textContent = `and ${hits.length - SHOWN_HITS} more`;
        list.append(more);
      }
      entry.append(list);
    }
    const filtered = wanted.length > 0 || byType.value !== "" || byAuthor.selectedIndex > 0;
    document.body.classList.toggle("sifting", filtered && !articles.length);
    foldLists(filtered);
    if (!articles.length) scrollTo(0, 0);
    const count = `${number(shown)} of ${number(entries.length)} records`;
    const where = passages ? `, ${number(passages)} ${passages === 1 ? "passage" : "passages"}` : "";
    $("#found").textContent = filtered ? `${count}${where}` : "";
    $("#concordance-open").hidden = !articles.length || passages === 0;
    if ($("#concordance:not([hidden])")) concordance();
    highlight();
  }

  const MOST_HIGHLIGHTS = 1000;

  // The words found are marked in the open record without touching its text.
  function highlight() {
    if (!("highlights" in CSS)) return;
    CSS.highlights.delete("found");
    const wanted = search ? terms(search.value) : [];
    const article = openArticle();
    if (!article || !wanted.length) return;
    const found = new Highlight();
    const walker = document.createTreeWalker($(".body", article), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && found.size < MOST_HIGHLIGHTS; node = walker.nextNode()) {
      for (const [from, to] of placesOf(node.data, wanted)) {
        if (found.size === MOST_HIGHLIGHTS) break;
        const range = document.createRange();
        range.setStart(node, from);
        range.setEnd(node, to);
        found.add(range);
      }
    }
    CSS.highlights.set("found", found);
  }

  // ---- concordance ------------------------------------------------------------------------------------------------

  const MOST_LINES = 1000;
  const COLUMN = 40; // characters on either side of what was found

  // The places of what is searched, in the records that the list shows: each with what is left and right of it.
  function concordanceLines(wanted) {
    const lines = [];
    for (const entry of entries.filter((one) => !one.hidden)) {
      for (const { block, text } of textIndex().get(entry.dataset.record)?.blocks ?? []) {
        for (const [from, to] of placesOf(text, wanted)) {
          if (lines.length === MOST_LINES) return lines;
          lines.push({ block, from, to, left: text.slice(0, from), found: text.slice(from, to), right: text.slice(to) });
        }
      }
    }
    return lines;
  }

  const backwards = (text) => wordsOf(text).reverse().join(" ");
  const orders = {
    text: null,
    left: (one, other) => backwards(fold(one.left.slice(-COLUMN))).localeCompare(backwards(fold(other.left.slice(-COLUMN)))),
    right: (one, other) => fold(one.right.slice(0, COLUMN)).localeCompare(fold(other.right.slice(0, COLUMN))),
  };

  function concordanceRow({ block, from, to, left, found, right }) {
    const row = document.createElement("tr");
    for (const [kind, text] of [["left", left.slice(-COLUMN)], ["keyword", found], ["right", right.slice(0, COLUMN)]]) {
      const cell = document.createElement("td");
      cell.className = kind;
      cell.dir = "auto";
      cell.textContent = text.replace(/\s+/g, " ");
      row.append(cell);
    }
    const article = block.closest("article.record");
    const body = $(".body", article);
    const before = document.createRange();
    before.setStart(body, 0);
    before.setEnd(block, 0);
    const start = before.toString().length;
    const [page] = pagesOf(body, start + from, start + to);
    const link = document.createElement("a");
    link.href = `#${block.id}`;
    link.textContent = `${$("h2", article).textContent}, p. ${page}`;
    const where = document.createElement("td");
    where.append(link);
    row.append(where);
    return row;
  }

  function concordance() {
    const wanted = terms(search.value);
    const lines = wanted.length ? concordanceLines(wanted) : [];
    const order = orders[$("#concordance-order").value];
    if (order) lines.sort(order);
    $("#concordance tbody").replaceChildren(...lines.map(concordanceRow));
    $("#concordance").hidden = false;
    const most = lines.length === MOST_LINES ? "the first " : "";
    say(`Concordance: ${most}${number(lines.length)} ${lines.length === 1 ? "line" : "lines"}`);
  }

  function closeConcordance() {
    if ($("#concordance")) $("#concordance").hidden = true;
  }

  // ---- citations --------------------------------------------------------------------------------------------------

  // The selected passage of the open record's body, without the white space around it; null where nothing of it is selected.
  function passage(article) {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const body = $(".body", article);
    const all = document.createRange();
    all.selectNodeContents(body);
    const range = selection.getRangeAt(0).cloneRange();
    if (!range.intersectsNode(body)) return null;
    if (range.compareBoundaryPoints(Range.START_TO_START, all) < 0) range.setStart(all.startContainer, all.startOffset);
    if (range.compareBoundaryPoints(Range.END_TO_END, all) > 0) range.setEnd(all.endContainer, all.endOffset);
    const before = document.createRange();
    before.setStart(all.startContainer, all.startOffset);
    before.setEnd(range.startContainer, range.startOffset);
    const selected = range.toString();
    const exact = selected.trim();
    if (!exact) return null;
    const start = before.toString().length + selected.indexOf(exact);
    const end = start + exact.length;
    const [first, last] = pagesOf(body, start, end);
    return { exact, first, last, from: characterAt(body, start), to: characterAt(body, end - 1) };
  }

  // The block that a UTF-16 unit of a body is in, and which of the block's characters it belongs to.
  function characterAt(body, unit) {
    let start = 0;
    for (const block of $$(".block", body)) {
      const text = block.textContent;
      if (unit < start + text.length) return { block, offset: [...text.slice(0, unit - start + 1)].length - 1 };
      start += text.length + 2; // two newlines between blocks
    }
    return null;
  }

  function pagesOf(body, start, end) {
    const upTo = document.createRange();
    upTo.setStart(body, 0);
    let first = null;
    let last = null;
    for (const mark of $$(".page", body)) {
      upTo.setEndBefore(mark);
      const at = upTo.toString().length;
      if (at > start && at >= end) break;
      if (at <= start) first = mark.dataset.page;
      if (at < end) last = mark.dataset.page;
    }
    return [first ?? last, last];
  }

  function citation(article) {
    const style = $(".citation-form", article).value;
    const whole = $$(".cite pre", article).find((form) => form.dataset.style === style).textContent;
    const found = passage(article);
    if (!found) return { text: whole, of: "record" };
    const pages = found.first === found.last ? `p. ${found.first}` : `pp. ${found.first}–${found.last}`;
    const of = `passage (${pages}) and its selector`;
    const line = selectorLine(document.body.dataset, article, found);
    if (style === "csl-json") {
      const items = JSON.parse(whole);
      items[0].locator = found.first === found.last ? found.first : `${found.first}-${found.last}`;
      items[0].note = [items[0].note, line].filter(Boolean).join("\n");
      return { text: JSON.stringify(items, null, 2), of };
    }
    if (style === "ris") return { text: whole.replace(/^ER {2}- ?$/m, `N1  - ${pages}: “${wordsOf(found.exact).join(" ")}”\nN1  - ${line}\n$&`), of };
    return { text: [`“${found.exact}” (${pages})`, whole, line].join("\n\n"), of };
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = document.createElement("textarea");
      field.value = text;
      field.className = "visually-hidden";
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      if (!done) throw new Error("the browser does not let this page copy");
    }
  }

  async function copyCitation(article) {
    const button = $(".copy-citation", article);
    try {
      const { text, of } = citation(article);
      await copy(text);
      say(`Copied the citation of the ${of}`);
      button.dataset.done = "Copied";
    } catch (error) {
      say(`Not copied: ${error.message}`);
      button.dataset.done = "Not copied";
    }
    setTimeout(() => delete button.dataset.done, 1500);
  }

  document.addEventListener("selectionchange", () => {
    const article = openArticle();
    if (!article) return;
    const some = passage(article) !== null;
    $(".copy-citation", article).textContent = some ? "Copy passage with citation" : "Copy citation";
  });

  // ---- source view ------------------------------------------------------------------------------------------------

  function toggleSource(article) {
    const on = article.classList.toggle("audit");
    document.body.classList.toggle("auditing", on);
    $(".source", article).open = on;
    $(".show-source", article).setAttribute("aria-pressed", String(on));
    // In a narrow window they are below the record.
    if (on) $(".source", article).scrollIntoView({ block: "nearest" });
    say(on ? "Source view: the raw lines of the record, each with its role" : "Source view closed");
  }

  function point(article, block, scroll) {
    for (const line of $$(".here", article)) line.classList.remove("here");
    if (!block) return;
    const lines = $$(`.raw [data-block="${block}"]`, article);
    for (const line of [...lines, ...$$(`.body .block[data-block="${block}"]`, article)]) line.classList.add("here");
    if (scroll === "lines") lines[0]?.scrollIntoView({ block: "center" });
    if (scroll === "text") $(`.body .block[data-block="${block}"]`, article)?.scrollIntoView({ block: "center" });
  }

  // ---- theme, menu, help ------------------------------------------------------------------------------------------

  const themes = ["system", "light", "dark"];
  function changeTheme() {
    const now = document.documentElement.dataset.theme ?? "system";
    const next = themes[(themes.indexOf(now) + 1) % themes.length];
    document.documentElement.dataset.theme = next;
    $("#theme-name").textContent = next;
    say(`Theme: ${next}`);
  }

  const menu = $("#menu");
  function closeMenu() {
    document.body.classList.remove("menu-open");
    menu.setAttribute("aria-expanded", "false");
  }
  menu.addEventListener("click", () => {
    menu.setAttribute("aria-expanded", String(document.body.classList.toggle("menu-open")));
  });

  const help = $("#help");
  $("#help-open").addEventListener("click", () => help.showModal());
  $("#help-close").addEventListener("click", () => help.close());
  $("#theme").addEventListener("click", changeTheme);

  // ---- what the reader does ---------------------------------------------------------------------------------------

  $("#concordance-open").addEventListener("click", concordance);
  $("#concordance-close")?.addEventListener("click", closeConcordance);
  $("#concordance-order")?.addEventListener("change", concordance);
  search.addEventListener("input", sift);
  byType.addEventListener("change", sift);
  byAuthor.addEventListener("change", sift);

  document.addEventListener("mousedown", (event) => {
    // A press on the button must not undo the selection that it is to copy.
    if (event.target.closest(".copy-citation")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const article = event.target.closest("article.record");
    if (!article) return;
    if (event.target.closest(".copy-citation")) copyCitation(article);
    else if (event.target.closest(".show-source")) toggleSource(article);
    else if (article.classList.contains("audit") && getSelection().isCollapsed) {
      const line = event.target.closest(".raw tr");
      const block = event.target.closest(".body .block");
      if (line) point(article, line.dataset.block, "text");
      else if (block) point(article, block.dataset.block, "lines");
    }
  });
  document.addEventListener("focusin", (event) => {
    const article = event.target.closest("article.record.audit");
    const block = event.target.closest(".body .block");
    if (article && block) point(article, block.dataset.block, "lines");
  });

  const keys = {
    "/": () => { document.body.classList.add("menu-open"); search.focus(); },
    "?": () => help.showModal(),
    n: () => step(1),
    p: () => step(-1),
    j: () => stepBlock(1),
    k: () => stepBlock(-1),
    s: () => { const article = openArticle(); if (article) toggleSource(article); },
    w: () => { if (!$("#concordance-open").hidden) concordance(); },
    c: () => { const article = openArticle(); if (article) copyCitation(article); },
    t: changeTheme,
    h: () => go("front"),
  };
  // The key by what it writes; with Caps Lock or on a layout without Latin letters, by where it is on the keyboard.
  function keyOf(event) {
    const written = event.key.toLowerCase();
    if (Object.hasOwn(keys, written)) return written;
    if (/^[a-z]$/.test(written)) return null;
    if (event.code === "Slash") return event.shiftKey ? "?" : "/";
    return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.key === "Escape" && (search.value || byType.value || byAuthor.selectedIndex)) {
      search.value = "";
      byType.selectedIndex = 0;
      byAuthor.selectedIndex = 0;
      sift();
      return;
    }
    if (event.target.closest("input, select, textarea")) return;
    const act = keys[keyOf(event)];
    if (!act) return;
    event.preventDefault();
    act();
  });

  follow();
});
