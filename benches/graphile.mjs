// graphile-worker: drains N jobs that are ready, with a task that does nothing; prints jobs per second.
// Run from a folder in which `npm i graphile-worker pg` was run: node graphile.mjs URL N batched|usual
import { createRequire } from "node:module";
const require = createRequire(process.cwd() + "/here.js");
const { runMigrations, run, Logger } = require("graphile-worker");
const { Pool } = require("pg");

const [url, count, setting] = process.argv.slice(2);
const jobs = Number(count);
const logger = new Logger(() => () => {});
const pool = new Pool({ connectionString: url, max: 30 });
pool.on("error", () => {});
pool.on("connect", (client) => client.on("error", () => {}));
await runMigrations({ pgPool: pool, logger });
await pool.query("TRUNCATE graphile_worker._private_jobs");
for (let from = 0; from < jobs; from += 5000) {
  await pool.query(
    `SELECT graphile_worker.add_jobs((SELECT array_agg(row('nothing', json_build_object('i', i), null,
       now(), null, null, null, null)::graphile_worker.job_spec) FROM generate_series(1, $1::int) i))`,
    [Math.min(5000, jobs - from)],
  );
}
await pool.query("ANALYZE graphile_worker._private_jobs");
await pool.query("CHECKPOINT");

// As its documentation says is fastest, and as it comes with ten at a time.
const batched = { worker: { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } };
let done = 0;
let end;
const ended = new Promise((resolve) => (end = resolve));
const start = performance.now();
const runner = await run({
  pgPool: pool,
  concurrency: setting === "batched" ? 24 : 10,
  pollInterval: 500,
  noHandleSignals: true,
  logger,
  preset: setting === "batched" ? batched : undefined,
  taskList: { nothing: async () => { if (++done === jobs) end(); } },
});
await ended;
console.log(jobs / ((performance.now() - start) / 1000));
await runner.stop();
await pool.end();
