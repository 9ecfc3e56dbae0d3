// Runs programs that use pdjs, one after another in this process.
//
// Reads one line for each: {"program": "return (await pd.get('teams')).resource.length", "given": ...}; writes one for its
// result: {"value": ...} or {"error": "..."}. A program is the body of an async function that knows pdjs's exports, `pd`,
// which is api({token}), and `given`. Arguments: the folder with the client's package, and the token.
'use strict'

const fs = require('fs')
const path = require('path')
const readline = require('readline')

const pdjs = require(path.resolve(process.argv[2], 'node_modules/@pagerduty/pdjs'))
const token = process.argv[3]
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor
const NAMES = ['api', 'event', 'trigger', 'acknowledge', 'resolve', 'change']

async function run({program, given}) {
  const body = new AsyncFunction('pd', 'token', 'given', 'require', ...NAMES, program)
  try {
    const value = await body(pdjs.api({token}), token, given, require, ...NAMES.map(name => pdjs[name]))
    return {value: value === undefined ? null : value}
  } catch (error) {
    return {error: String(error)}
  }
}

async function main() {
  const lines = readline.createInterface({input: process.stdin})
  for await (const line of lines) fs.writeSync(1, JSON.stringify(await run(JSON.parse(line))) + '\n')
  process.exit() // pdjs leaves a timer of 30 s behind each request
}

main()
