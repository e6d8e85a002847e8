// A day's mix: for each trip that is submitted three checks (a form asks while it is filled in) and one
// status question. STAGES: [[seconds, trips a second], …]. BODIES: lines of trips, of which the first
// SUBMITS are submitted, each once, and the others checked; QUESTIONS: lines of questions.

import exec from 'k6/execution';

import { ask, ending, kind, lines, options as shared } from './asking.js';

const stages = JSON.parse(__ENV.STAGES);
const submits = Number(__ENV.SUBMITS);
const bodies = lines('bodies', __ENV.BODIES);
const questions = lines('questions', __ENV.QUESTIONS);
const kinds = { submit: kind('submit'), check: kind('check'), status: kind('status') };

// Each stage begins at its rate at once.
function scenario(name, times) {
  const target = (trips) => Math.round(trips * times * 60);
  return {
    executor: 'ramping-arrival-rate',
    exec: name,
    startRate: target(stages[0][1]),
    timeUnit: '1m',
    preAllocatedVUs: 100,
    maxVUs: 300,
    gracefulStop: '60s',
    stages: stages.flatMap(([seconds, trips]) => [
      { duration: '0s', target: target(trips) },
      { duration: `${seconds}s`, target: target(trips) },
    ]),
  };
}

export const options = {
  ...shared,
  scenarios: {
    submit: scenario('submit', 1),
    check: scenario('check', 3),
    status: scenario('status', 1),
  },
};

export function submit() {
  const at = exec.scenario.iterationInTest;
  if (at >= submits) return;
  const { token, text } = bodies[at];
  ask(kinds.submit, 201, 'POST', '/v1/trips', token, text, { 'Idempotency-Key': `${__ENV.RUN}-${at}` });
}

export function check() {
  const rest = bodies.length - submits;
  const { token, text } = bodies[submits + (exec.scenario.iterationInTest % rest)];
  ask(kinds.check, 200, 'POST', '/v1/trips/check', token, text);
}

export function status() {
  const { token, text } = questions[exec.scenario.iterationInTest % questions.length];
  ask(kinds.status, 200, 'GET', text, token);
}

export const handleSummary = ending(Object.values(kinds));
