// Runs commands of pagerduty-cli one after another in this process: a start of its own costs each command 0.3 s.
//
// Reads one line for each command: {"argv": ["team", "list"], "stdin": "..."}; writes one for its result:
// {"status": 0, "stdout": "...", "stderr": "..."}. The folder with the client's package is the argument.
'use strict'

const fs = require('fs')
const path = require('path')
const readline = require('readline')
const {Readable} = require('stream')

const folder = path.resolve(process.argv[2], 'node_modules')
const oclif = require(path.join(folder, '@oclif/core'))
const handle = require(path.join(folder, '@oclif/core/handle'))
const root = path.join(folder, 'pagerduty-cli')

class Exit extends Error {
  constructor(status) {
    super(`exit ${status}`)
    this.status = status
  }
}

async function run(config, {argv, stdin}) {
  const printed = {stdout: '', stderr: ''}
  const before = {stdout: process.stdout.write, stderr: process.stderr.write}
  for (const name of ['stdout', 'stderr']) {
    process[name].write = (text, encoding, done) => {
      printed[name] += text
      for (const it of [encoding, done]) if (typeof it === 'function') it()
      return true
    }
  }
  Object.defineProperty(process, 'stdin', {value: Readable.from([stdin || '']), configurable: true})
  process.exitCode = undefined
  process.exit = status => {
    throw new Exit(status)
  }
  let status
  try {
    await oclif.run(argv, config)
    status = process.exitCode || 0
  } catch (error) {
    status = error instanceof Exit ? error.status : await statusOf(error)
  } finally {
    await oclif.CliUx.ux.done() // as when a process ends: some commands leave their spinner turning
    process.exitCode = undefined
    process.exit = () => {} // of a listener that a command left behind
    for (const name of ['stdout', 'stderr']) process[name].write = before[name]
  }
  return {status, ...printed}
}

// Says what went wrong as the program does, and gives the exit status that it would end with.
function statusOf(error) {
  return new Promise(resolve => {
    process.exit = resolve
    handle(error)
  })
}

async function main() {
  const config = await oclif.Config.load(root)
  const lines = readline.createInterface({input: process.stdin}) // loses lines when it is made before it is read
  for await (const line of lines) fs.writeSync(1, JSON.stringify(await run(config, JSON.parse(line))) + '\n')
}

main()
