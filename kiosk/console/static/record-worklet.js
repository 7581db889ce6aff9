// Hands on what the microphone hears, piece by piece.
"use strict";
registerProcessor("collector", class extends AudioWorkletProcessor {
  process(inputs) {
    const heard = inputs[0][0];
    if (heard) this.port.postMessage(heard.slice());
    return true;
  }
});
