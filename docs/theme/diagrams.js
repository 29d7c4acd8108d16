// Draws the diagrams in the colours of the page.
mermaid.initialize({
  startOnLoad: true,
  theme: ["navy", "coal", "ayu"].some((it) => document.documentElement.classList.contains(it)) ? "dark" : "neutral",
});
