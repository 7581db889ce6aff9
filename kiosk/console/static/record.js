// Records a sentence and sends it with the form as WAV, 16 kHz, mono. Browsers allow it only over
// TLS or on this machine; elsewhere the button does not show. Nothing is kept.
"use strict";
(() => {
  const button = document.getElementById("record");
  const told = document.getElementById("recording");
  const file = document.getElementById("sound");
  const HERTZ = 16000;
  const MOST_SECONDS = 28;
  if (!window.isSecureContext || !navigator.mediaDevices || !window.AudioWorkletNode) return;
  button.hidden = false;
  const label = button.textContent;
  let going = null;

  const wav = (samples) => {
    const bytes = new DataView(new ArrayBuffer(44 + 2 * samples.length));
    const text = (at, letters) => [...letters].forEach((one, n) => bytes.setUint8(at + n, one.charCodeAt(0)));
    text(0, "RIFF"); bytes.setUint32(4, 36 + 2 * samples.length, true); text(8, "WAVEfmt ");
    bytes.setUint32(16, 16, true); bytes.setUint16(20, 1, true); bytes.setUint16(22, 1, true);
    bytes.setUint32(24, HERTZ, true); bytes.setUint32(28, 2 * HERTZ, true);
    bytes.setUint16(32, 2, true); bytes.setUint16(34, 16, true);
    text(36, "data"); bytes.setUint32(40, 2 * samples.length, true);
    samples.forEach((one, n) => bytes.setInt16(44 + 2 * n, Math.max(-1, Math.min(1, one)) * 32767, true));
    return bytes.buffer;
  };

  const atOurRate = async (pieces, hertz) => {
    const length = pieces.reduce((sum, one) => sum + one.length, 0);
    if (!length) return new Float32Array();
    const context = new OfflineAudioContext(1, Math.ceil((length * HERTZ) / hertz), HERTZ);
    const buffer = context.createBuffer(1, length, hertz);
    let at = 0;
    for (const one of pieces) { buffer.copyToChannel(one, 0, at); at += one.length; }
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.start();
    return (await context.startRendering()).getChannelData(0);
  };

  const stop = async () => {
    const { stream, context, pieces, timer } = going;
    going = null;
    clearTimeout(timer);
    stream.getTracks().forEach((track) => track.stop());
    const samples = await atOurRate(pieces, context.sampleRate);
    await context.close();
    const sent = new DataTransfer();
    sent.items.add(new File([wav(samples)], "sentence.wav", { type: "audio/wav" }));
    file.files = sent.files;
    button.form.requestSubmit();
  };

  const start = async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    } catch {
      told.textContent = button.dataset.refused;
      return;
    }
    const context = new AudioContext();
    await context.audioWorklet.addModule("/static/record-worklet.js");
    const collector = new AudioWorkletNode(context, "collector", { numberOfOutputs: 0 });
    const pieces = [];
    collector.port.onmessage = (event) => pieces.push(event.data);
    context.createMediaStreamSource(stream).connect(collector);
    going = { stream, context, pieces, timer: setTimeout(stop, MOST_SECONDS * 1000) };
    button.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
    told.textContent = button.dataset.recording;
  };

  button.addEventListener("click", () => {
    if (going === null) { start(); return; }
    button.textContent = label;
    button.setAttribute("aria-pressed", "false");
    told.textContent = "";
    stop();
  });
})();
