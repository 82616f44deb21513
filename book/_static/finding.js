// What the search page does otherwise than Sphinx's script, searchtools.js, behind which it is loaded.

// Sphinx would store the reader's words, to mark them on the page that is opened next.
const SPHINX_HIGHLIGHT_ENABLED = false;
