// ruleid: message-to-any-origin
frame.contentWindow.postMessage({ token }, "*");
// ruleid: message-to-any-origin
window.parent.postMessage(data, "*");
// ok: message-to-any-origin
frame.contentWindow.postMessage({ token }, "https://example.com");
// ok: message-to-any-origin
worker.postMessage(data);
