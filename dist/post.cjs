"use strict";
/**
 * Runs after the job's steps. Where there is nothing to do, which is nearly always, it costs no more than starting
 * Node: the rest is loaded only when a rollout began and did not conclude.
 */
if ((process.env['STATE_evidence'] ?? '') !== '' && (process.env['STATE_concluded'] ?? '') === '') {
    const { recover } = require('./action.cjs');
    void recover();
}
