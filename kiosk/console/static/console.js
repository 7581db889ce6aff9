// Keeps the board alive: server-sent events, or asking now and then; rings; sends forms quietly.
// Without this script the page asks for itself anew and all forms work.
"use strict";
(() => {
  const told = document.body.dataset;
  const root = document.documentElement;
  const note = document.getElementById("note");
  const lost = document.getElementById("lost");
  const bellButton = document.getElementById("bell");
  const title = document.title;
  const SILENT_FOR = 12000; // a live page hears something each 5 s
  const ASKS_EACH = 4000;
  const RINGS_EACH = 3000;
  const SAID_FOR = 20000;
  const STILL_FOR = 1000; // since a finger or a key moved anywhere
  const AWAY_FOR = 15000; // the same, with the pointer or the focus in a card

  // The bell: browsers let it sound once somebody has touched the page.
  const bell = new Audio("/static/ring.wav");
  let mayRing = false;
  const ringing = () => document.querySelector("[data-ringing]") !== null;
  const setBell = (is) => {
    mayRing = is;
    root.dataset.bell = is ? "on" : "off";
    if (bellButton !== null) bellButton.hidden = is;
  };
  const tryBell = async (isAloud) => {
    bell.volume = isAloud ? 1 : 0;
    try {
      await bell.play();
      if (!isAloud) bell.pause();
      setBell(true);
    } catch {
      setBell(false);
    }
    bell.currentTime = 0;
    bell.volume = 1;
  };
  const ring = async () => {
    if (!ringing()) return;
    document.title = document.title === title ? told.calling : title;
    if (!mayRing) return;
    try {
      bell.currentTime = 0;
      await bell.play();
      root.dataset.rang = String(Number(root.dataset.rang || 0) + 1);
      if (navigator.vibrate) navigator.vibrate([200, 100, 200]);
    } catch {
      setBell(false);
    }
  };
  if (bellButton !== null) { // whoever only reads hears no bell
    bellButton.addEventListener("click", () => tryBell(true).then(() => { if (mayRing) tell(told.bellOn); }));
    document.addEventListener("click", (event) => { if (!mayRing && event.target !== bellButton) tryBell(false); });
    setBell(false);
    tryBell(false);
  }
  setInterval(ring, RINGS_EACH);

  // What was done lies over the cards: not for long.
  let saidUntil;
  const tell = (text) => {
    note.textContent = text;
    clearTimeout(saidUntil);
    saidUntil = setTimeout(() => { note.textContent = ""; }, SAID_FOR);
  };

  // Whoever needs an officer most comes first; no card moves under a finger.
  const list = document.querySelector(".kiosks");
  let movedAt = 0;
  for (const kind of ["pointermove", "pointerdown", "keydown", "scroll"]) {
    document.addEventListener(kind, () => { movedAt = Date.now(); }, { passive: true, capture: true });
  }
  const arrange = () => {
    const wanted = document.getElementById("order").textContent.split(" ").map((kiosk) => document.getElementById(`kiosk-${kiosk}`));
    if (wanted.includes(null) || wanted.every((card, place) => list.children[place] === card)) return;
    const isHeld = list.matches(":hover") || list.contains(document.activeElement);
    if (Date.now() - movedAt < (isHeld ? AWAY_FOR : STILL_FOR)) return;
    const focused = document.activeElement;
    list.append(...wanted);
    if (focused !== document.activeElement) focused.focus({ preventScroll: true });
  };
  setInterval(arrange, STILL_FOR / 2);

  // What is new on the page.
  let heardAt = Date.now(); // over the live page; while that is silent the page asks
  const say = (text) => { lost.hidden = text === ""; if (lost.textContent !== text) lost.textContent = text; };
  const show = (parts) => {
    say("");
    const before = ringing();
    for (const [id, html] of Object.entries(parts)) {
      const place = document.getElementById(id);
      if (place === null) { location.reload(); return; }
      const held = place.contains(document.activeElement) ? document.activeElement.id : "";
      const fresh = document.createElement("template");
      fresh.innerHTML = html;
      place.replaceChildren(fresh.content);
      if (held) (document.getElementById(held) || place.closest(".kiosk")?.querySelector("h2"))?.focus();
    }
    if (!ringing()) { document.title = title; bell.pause(); } else if (!before) ring();
  };
  const leave = () => { say(told.over); location.assign("/login"); };
  const ask = async () => {
    try {
      const answer = await fetch("/parts", { cache: "no-store" });
      if (answer.status === 401) leave();
      else if (answer.ok) show(await answer.json());
      else say(told.lost);
    } catch {
      say(told.lost);
    }
  };
  const listen = () => {
    const source = new EventSource("/live");
    source.onmessage = (event) => { heardAt = Date.now(); show(JSON.parse(event.data)); };
    source.addEventListener("here", () => { heardAt = Date.now(); say(""); });
    source.addEventListener("other", () => location.reload());
    source.addEventListener("over", leave);
  };
  if (window.EventSource) listen();
  setInterval(() => { if (Date.now() - heardAt > SILENT_FOR) ask(); }, ASKS_EACH);

  // A question that is answered closes.
  const close = (question) => {
    question.open = false;
    question.querySelector("summary").focus();
  };
  document.addEventListener("click", (event) => {
    if (!event.target.hasAttribute("data-leave")) return;
    event.preventDefault();
    close(event.target.closest("details"));
  });

  // Forms that leave the page where it is.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-quiet")) return;
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.hasAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true"); // not disabled: it would lose the focus
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Quiet": "1" } });
      if (answer.status === 401) { leave(); return; }
      const text = await answer.text();
      tell(answer.ok ? text : text || told.failed);
    } catch {
      tell(told.failed);
    }
    button.removeAttribute("aria-busy");
    const question = button.closest(".asks");
    if (question !== null) close(question);
  });
})();
