"use strict";
/**
 * Runs after the job's steps. Where there is nothing to do, which is nearly always, it costs no more than starting
 * Node: the rest is loaded only when a rollout began and did not conclude, an upload did not, or the record at GitHub is
 * not closed.
 */
const saved = (name) => process.env[`STATE_${name}`] ?? '';
const isInterrupted = saved('evidence') !== '' && saved('concluded') === '';
if (isInterrupted || saved('unfinished') !== '' || saved('record') !== '') {
    const { recover } = require('./action.cjs');
    void recover();
}
