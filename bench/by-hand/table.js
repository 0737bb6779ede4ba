// The same table as Switchboard's board, with the least JavaScript that keeps it right: what the
// bench measures the page against. A row for each channel, found by Uniqueid; a cell is written
// only if its text has changed.
"use strict";
const rows = document.getElementById("rows");
const channels = new Map();
const parser = new DOMParser();

// Uniqueid and what the cells show, from the attributes of an event or of an item of the list.
const known = (text) => (text === null || text === "<unknown>" ? "" : text);
const party = (name, number) => (name ? `${name} ${number}` : number);

function add(id) {
  const row = document.createElement("tr");
  row.dataset.uniqueid = id;
  const cells = [];
  for (let column = 0; column < 6; column++) {
    const text = document.createTextNode("");
    row.appendChild(document.createElement("td")).appendChild(text);
    cells.push(text);
  }
  const channel = { row, cells, shown: ["", "", "", "", "", ""], begun: Date.now() };
  channels.set(id, channel);
  rows.appendChild(row);
  return channel;
}

function show(channel, column, text) {
  if (channel.shown[column] === text) return;
  channel.shown[column] = text;
  channel.cells[column].data = text;
}

function update(channel, event) {
  const get = (name) => event.getAttribute(name);
  show(channel, 0, get("channel"));
  show(channel, 1, get("channelstatedesc"));
  show(channel, 2, party(known(get("calleridname")), known(get("calleridnum"))));
  show(channel, 3, `${get("exten")}@${get("context")}:${get("priority")}`);
  show(channel, 4, party(known(get("connectedlinename")), known(get("connectedlinenum"))));
}

function happened(event) {
  const name = event.getAttribute("event");
  const id = event.getAttribute("uniqueid");
  switch (name) {
    case "Newchannel":
    case "CoreShowChannel": {
      const channel = channels.get(id) ?? add(id);
      const lasted = event.getAttribute("duration");
      if (lasted) {
        const [hours, minutes, seconds] = lasted.split(":").map(Number);
        channel.begun = Date.now() - ((hours * 60 + minutes) * 60 + seconds) * 1000;
      }
      update(channel, event);
      break;
    }
    case "Newstate":
    case "NewCallerid":
    case "NewConnectedLine":
    case "Newexten":
    case "NewExten": {
      const channel = channels.get(id);
      if (channel) update(channel, event);
      break;
    }
    case "Rename": {
      const channel = channels.get(id);
      if (channel) show(channel, 0, event.getAttribute("newname"));
      break;
    }
    case "Hangup": {
      channels.get(id)?.row.remove();
      channels.delete(id);
      break;
    }
  }
}

async function post(fields) {
  const answer = await fetch("/mxml", { method: "POST", body: new URLSearchParams(fields) });
  const body = parser.parseFromString(await answer.text(), "text/xml");
  const packets = body.getElementsByTagName("generic");
  for (let at = 0; at < packets.length; at++) happened(packets[at]);
  return packets;
}

function tick() {
  const now = Date.now();
  for (const channel of channels.values()) {
    const seconds = Math.max(0, Math.floor((now - channel.begun) / 1000));
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor(seconds / 60) % 60;
    show(channel, 5, `${hours ? `${hours}:` : ""}${hours ? two(minutes) : minutes}:${two(seconds % 60)}`);
  }
}

document.getElementById("form").onsubmit = async (event) => {
  event.preventDefault();
  const field = (id) => document.getElementById(id).value;
  const [answer] = await post({ Action: "Login", Username: field("username"), Secret: field("secret"), Events: "on" });
  if (answer?.getAttribute("response") !== "Success") return;
  document.getElementById("form").remove();
  await post({ Action: "CoreShowChannels" });
  setInterval(tick, 1000);
  for (;;) await post({ Action: "WaitEvent", Timeout: "30" });
};
