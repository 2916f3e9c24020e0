// Two small things that Gradio leaves to the page. The server puts the words in.

// Keeps the message that is being answered at the top of the chat while its answer grows,
// until the reader scrolls. Without it a long answer would be shown from its end.
(() => {
  let following = true;
  let busy = false;
  let due = false;

  const follow = () => {
    due = false;
    const chat = document.querySelector("#chat .bubble-wrap");
    if (!chat) return;
    const answering = document.querySelector("#stop") !== null;
    if (answering && !busy) following = true;
    busy = answering;
    const asked = chat.querySelectorAll(".user-row");
    if (!following || asked.length === 0) return;
    const last = asked[asked.length - 1].getBoundingClientRect();
    chat.scrollTop += last.top - chat.getBoundingClientRect().top - 8;
  };

  const words = "{{BUTTONS}}";

  // Names for the buttons that Gradio names in English only, and one role put right.
  const rename = () => {
    for (const button of document.querySelectorAll("button[title]")) {
      const word = words[button.title];
      if (word === undefined || word === button.title) continue;
      button.title = word;
      button.setAttribute("aria-label", word);
    }
    // A list may only hold list items; Gradio's examples are buttons.
    document.querySelector('#chat .examples[role="list"]')?.setAttribute("role", "group");
  };

  const later = () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      rename();
      follow();
    });
  };

  const leave = (event) => {
    if (event.target instanceof Element && event.target.closest("#chat")) following = false;
  };

  for (const name of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    document.addEventListener(name, leave, { capture: true, passive: true });
  }
  new MutationObserver(later).observe(document.documentElement, { childList: true, subtree: true });
})();
