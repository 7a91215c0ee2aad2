// To and Cc as chips over the plain line the form sends; somebody never written to here is amber and says so, an
// address nobody was reached at is red.
const PART = /(?:"[^"]*"|[^,;\n"])+/g;
const NAMED = /^\s*"?([^"<>]*?)"?\s*<\s*([^<>\s]+)\s*>\s*$/;

const parse = (line) => (line.match(PART) ?? []).map((part) => part.trim()).filter(Boolean);
const addressOf = (part) => (NAMED.exec(part)?.[2] ?? part).toLowerCase();
const nameOf = (part) => NAMED.exec(part)?.[1] || NAMED.exec(part)?.[2] || part;
const element = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });

// The same two letters on the same ground as the server draws them (web/words.py).
const letters = (name) => {
  const words = name.split("@")[0].replaceAll(".", " ").split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const [first = "?", last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return (first[0] + (last ? last[0] : first.slice(1, 2))).toUpperCase();
};
const tone = (key) => {
  let crc = -1;
  for (const byte of new TextEncoder().encode(key.toLowerCase())) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ((crc ^ -1) >>> 0) % 6 + 1;
};
const avatar = (part) => {
  const made = element("span", `avatar avatar-18 avatar-tone-${tone(addressOf(part))}`, letters(nameOf(part)));
  made.setAttribute("aria-hidden", "true");
  return made;
};

const chip = (part, { known, unreachable, words, remove }) => {
  const role = known[addressOf(part)];
  const lost = unreachable[addressOf(part)];
  const kind = lost !== undefined ? " recipient-bad" : role === undefined ? " recipient-new" : "";
  const made = element("span", `recipient${kind}`, nameOf(part));
  if (!kind) made.prepend(avatar(part));
  made.title = [addressOf(part), lost].filter(Boolean).join("\n");
  const said = lost !== undefined ? words.notReached : role === undefined ? words.new : role;
  if (said) made.append(element("small", "", said));
  const button = element("button", "recipient-remove", "×");
  button.type = "button";
  button.setAttribute("aria-label", words.remove.replace("%s", nameOf(part)));
  button.addEventListener("click", remove);
  made.append(button);
  return made;
};

// The sentence about an address goes with its chip.
const warn = (box) => {
  const there = [...box.querySelectorAll("input[name]")].flatMap((line) => parse(line.value).map(addressOf));
  for (const said of box.parentElement.querySelectorAll(".composer-warning[data-address]")) said.hidden = !there.includes(said.dataset.address);
};

const dress = (line, box) => {
  const kept = line.querySelector("input");
  const field = element("input", "recipient-input");
  const words = { new: box.dataset.new, remove: box.dataset.remove, notReached: box.dataset.notReached };
  const known = JSON.parse(box.dataset.known);
  const unreachable = JSON.parse(box.dataset.unreachable);
  const draw = () => {
    line.querySelectorAll(".recipient").forEach((old) => old.remove());
    const parts = parse(kept.value);
    parts.forEach((part, at) => {
      field.before(chip(part, { known, unreachable, words, remove: () => set(parts.filter((_, other) => other !== at)) }));
    });
    warn(box);
  };
  const set = (parts) => {
    kept.value = parts.join(", ");
    kept.dispatchEvent(new Event("input", { bubbles: true }));
    draw();
    field.focus();
  };
  const take = () => {
    if (!field.value.trim()) return;
    const added = parse(field.value);
    field.value = "";
    set([...parse(kept.value), ...added]);
  };
  kept.hidden = true;
  field.setAttribute("aria-label", line.querySelector("span").textContent);
  field.autocomplete = "off";
  kept.after(field);
  field.addEventListener("keydown", (event) => {
    if (["Enter", ",", ";", "Tab"].includes(event.key) && field.value.trim()) { event.preventDefault(); take(); }
    if (event.key === "Backspace" && !field.value) set(parse(kept.value).slice(0, -1));
  });
  field.addEventListener("blur", () => { if (field.value.trim()) take(); });
  field.addEventListener("input", (event) => event.stopPropagation());
  draw();
};

const dressAll = () => {
  for (const box of document.querySelectorAll(".composer-recipients:not(.is-dressed)")) {
    box.classList.add("is-dressed");
    box.querySelectorAll(".recipient-line").forEach((line) => dress(line, box));
  }
};
dressAll();
document.addEventListener("htmx:afterSwap", dressAll);
