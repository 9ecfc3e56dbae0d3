// Runs programs that use pdjs, one after another in this process.
//
// Reads one line for each: {"program": "return (await pd.get('teams')).resource", "token": "..."}; writes one for its
// result: {"value": ...} or {"error": "..."}. A program is the body of an async function that knows pdjs's exports, and
// `pd`, which is api({token}). The folder with the client's package is the argument.
'use strict'

const fs = require('fs')
const path = require('path')
const readline = require('readline')

const pdjs = require(path.resolve(process.argv[2], 'node_modules/@pagerduty/pdjs'))
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor
const NAMES = ['api', 'event', 'trigger', 'acknowledge', 'resolve', 'change']

async function run({program, token}) {
  const run = new AsyncFunction('pd', 'token', ...NAMES, program)
  try {
    const value = await run(pdjs.api({token}), token, ...NAMES.map(name => pdjs[name]))
    return {value: value === undefined ? null : value}
  } catch (error) {
    return {error: error instanceof Error ? String(error) : `rejected with an answer of status ${error.status}`}
  }
}

async function main() {
  const lines = readline.createInterface({input: process.stdin})
  for await (const line of lines) fs.writeSync(1, JSON.stringify(await run(JSON.parse(line))) + '\n')
  process.exit() // pdjs leaves a timer of 30 s behind each request
}

main()
