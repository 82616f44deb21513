// Words to the reader: an error, what a button did, and what became of the headline answers.
(function (whatif) {
  "use strict";

  const { element, write } = whatif.page;

  const error = element("p", "nt-try-error");
  error.setAttribute("role", "alert");
  error.hidden = true;
  const status = element("p", "nt-try-status");
  status.setAttribute("role", "status");
  const aloud = element("p", "nt-hidden");
  aloud.setAttribute("aria-live", "polite");

  // Called with whether there is a complaint.
  const complaints = [];

  // One line of error; an empty one takes it back.
  function complain(text) {
    write(error, text);
    error.hidden = !text;
    for (const heard of complaints) heard(Boolean(text));
  }

  // A text that stood there already is not read out again unless it is another one.
  function say(node, text) {
    write(node, text && node.textContent === text ? `${text}\u00a0` : text);
  }

  // What a button did.
  function tell(text) {
    say(status, text);
  }

  // For those who cannot see numbers move; whoever calls waits until they stand still.
  function announce(text) {
    say(aloud, text);
  }

  whatif.voice = { error, status, aloud, complaints, complain, tell, announce };
})(globalThis.neutralityTry);
