// Loaded before a client (NODE_OPTIONS=--require): what the client sends to PagerDuty goes to the sandbox, and nothing
// leaves this machine.
//
// PDSYNC_SANDBOX is the sandbox's address, such as http://127.0.0.1:8080. A request to any other host is refused.
// With PDSYNC_READS, the name of a file, it also notes what the client reads of each answer: when the program ends, the
// file has one line for each answer, {"n": ..., "reads": [JSON pointers]}. The recorder numbers answers in a header.
'use strict'

const fs = require('fs')
const http = require('http')
const https = require('https')
const net = require('net')

const sandbox = new URL(process.env.PDSYNC_SANDBOX)
const PAGERDUTY = ['api.pagerduty.com', 'events.pagerduty.com', sandbox.hostname]
const request = http.request
const answers = new Map() // the text of an answer -> its numbers

function toSandbox(...args) {
  const callback = args.find(it => typeof it === 'function')
  const [first, second] = args
  const isAddress = typeof first === 'string' || first instanceof URL
  const address = isAddress ? new URL(first) : first
  const options = {...(isAddress ? second : first)}
  const host = String(options.hostname || options.host || address.hostname).split(':')[0]
  if (!PAGERDUTY.includes(host)) throw new Error(`the tests reach no network, and ${host} is none of PagerDuty's hosts`)
  const path = options.path || address.pathname + address.search
  const headers = {...options.headers}
  for (const name of Object.keys(headers)) if (name.toLowerCase() === 'host') delete headers[name]
  const sent = request({method: options.method, path, headers, hostname: sandbox.hostname, port: sandbox.port}, callback)
  if (process.env.PDSYNC_READS) sent.prependListener('response', keep)
  return sent
}

function keep(answer) {
  const number = answer.headers['x-recorded']
  const parts = []
  const push = answer.push
  answer.push = (part, ...rest) => {
    if (part) parts.push(Buffer.from(part))
    else if (number) answers.set(Buffer.concat(parts).toString(), Number(number))
    return push.call(answer, part, ...rest)
  }
}

http.request = https.request = toSandbox
http.get = https.get = (...args) => {
  const sent = toSandbox(...args)
  sent.end()
  return sent
}

// Whatever goes another way than the modules above ends here.
const {connect} = net.Socket.prototype
net.Socket.prototype.connect = function (...args) {
  const [{host, path}] = Array.isArray(args[0]) ? args[0] : [args[0]]
  if (!path && host !== sandbox.hostname) throw new Error(`the tests reach no network, and not ${host}`)
  return connect.apply(this, args)
}

if (process.env.PDSYNC_READS) watchReads(process.env.PDSYNC_READS)

// An answer is given to the client as proxies that note which of its parts are read.
function watchReads(file) {
  const reads = new Map()
  const {parse, stringify} = JSON
  let writing = 0

  function watched(value, pointer, seen) {
    if (value === null || typeof value !== 'object') return value
    return new Proxy(value, {
      get(target, name, receiver) {
        const part = Reflect.get(target, name, receiver)
        if (typeof name !== 'string' || !Object.hasOwn(target, name) || (Array.isArray(target) && name === 'length')) return part
        const below = `${pointer}/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`
        if (!writing) seen.add(below)
        return watched(part, below, seen)
      },
    })
  }

  JSON.parse = (text, ...rest) => {
    const value = parse(text, ...rest)
    const number = answers.get(text)
    if (number === undefined) return value
    if (!reads.has(number)) reads.set(number, new Set())
    return watched(value, '', reads.get(number))
  }
  // What is written out as a whole is not read field by field.
  JSON.stringify = (...args) => {
    writing += 1
    try {
      return stringify(...args)
    } finally {
      writing -= 1
    }
  }
  process.on('exit', () => {
    for (const [number, seen] of reads) fs.appendFileSync(file, stringify({n: number, reads: [...seen]}) + '\n')
  })
}
