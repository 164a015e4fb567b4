import { BrowserWindow } from "electron";

// ruleid: electron-page-with-node
new BrowserWindow({ width: 800, webPreferences: { nodeIntegration: true } });
// ruleid: electron-page-with-node
new BrowserWindow({ webPreferences: { preload, contextIsolation: false } });
// ok: electron-page-with-node
new BrowserWindow({ width: 800, webPreferences: { preload } });
// ok: electron-page-with-node
new BrowserWindow({ webPreferences: { nodeIntegration: false } });
