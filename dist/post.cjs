"use strict";
/**
 * Runs after the job's steps. Where there is nothing to do, which is nearly always, it costs no more than starting
 * Node: the rest is loaded only when a rollout began and did not conclude, or its record at GitHub is not closed.
 */
const saved = (name) => process.env[`STATE_${name}`] ?? '';
if ((saved('evidence') !== '' && saved('concluded') === '') || saved('record') !== '') {
    const { recover } = require('./action.cjs');
    void recover();
}
