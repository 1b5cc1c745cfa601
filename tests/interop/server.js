"use strict";
// Starts and ends `ossum serve`, each time in a process and a directory of its own.

const { spawn } = require("node:child_process");
const crypto = require("node:crypto");
const { once } = require("node:events");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { setTimeout: pause } = require("node:timers/promises");

const OSSUM = process.env.OSSUM ?? path.resolve(__dirname, "../../target/release/ossum");
const REGION = "cn-hangzhou";
const BUCKET = "test";

const START_MS = 30_000;
const END_MS = 10_000;

/** A running `ossum serve` that keeps its objects in memory, with one access key and `BUCKET`. */
class Server {
  accessKeyId = "interop-key";
  accessKeySecret = crypto.randomBytes(18).toString("base64url");
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "ossum-interop-"));
  #process;

  /** Starts it; on return it accepts connections at `endpoint`. */
  async start() {
    const secret = path.join(this.directory, "secret");
    const ready = path.join(this.directory, "ready");
    fs.writeFileSync(secret, this.accessKeySecret, { mode: 0o600 });
    const log = fs.openSync(this.#log(), "a");
    const options = ["--memory", "--listen", "127.0.0.1:0", "--ready-file", ready];
    options.push("--access-key-id", this.accessKeyId, "--access-key-secret-file", secret);
    options.push("--region", REGION, "--bucket", BUCKET);
    this.#process = spawn(OSSUM, ["serve", ...options], { stdio: ["ignore", log, log] });
    fs.closeSync(log);
    this.endpoint = await this.#waitFor(ready);
  }

  /** Ends it. A panic is a failure even if the client got an answer. */
  async end() {
    const ended = once(this.#process, "exit", { signal: AbortSignal.timeout(END_MS) });
    this.#process.kill("SIGTERM");
    try {
      await ended;
      const log = fs.readFileSync(this.#log(), "utf8");
      if (log.includes("panicked at")) throw new Error(`ossum serve panicked:\n${log}`);
    } finally {
      this.#process.kill("SIGKILL");
      fs.rmSync(this.directory, { recursive: true });
    }
  }

  async #waitFor(ready) {
    const deadline = Date.now() + START_MS;
    while (Date.now() < deadline && this.#process.exitCode === null) {
      // The file may exist before it is written.
      const endpoint = fs.existsSync(ready) && fs.readFileSync(ready, "utf8").trim();
      if (endpoint) return endpoint;
      await pause(10);
    }
    throw new Error(`ossum serve did not start:\n${fs.readFileSync(this.#log(), "utf8")}`);
  }

  #log() {
    return path.join(this.directory, "log");
  }
}

module.exports = { BUCKET, REGION, Server };
