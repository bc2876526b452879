/*
 * Flows that are made rather than drawn, to see how the editor bears many nodes.
 */

const columns = 25;

/**
 * A flow of that many nodes: a start, then messages that fall back to the next,
 * waits and jumps, in rows of 25 like a page of text. With lines between
 * neighbours, into the next row, and dashed links of jumps.
 */
export function flowOf(count, name = `${count} nodes`) {
  const nodes = [
    {
      id: 'start',
      type: 'start',
      name: 'Start',
      position: { x: 0, y: 0 },
      config: { trigger: { type: 'manual' } },
    },
  ];
  const edges = [];
  for (let index = 1; index < count; index++) {
    const place = { x: (index % columns) * 340, y: Math.floor(index / columns) * 280 };
    const id = `n${index}`;
    if (index % 25 === 24) {
      const config = { target: `n${Math.max(1, index - 20)}`, max_jumps: 3 };
      nodes.push({ id, type: 'jump', name: `Again ${index}`, position: place, config });
    } else if (index % 5 === 0) {
      nodes.push({ id, type: 'wait', name: `Wait ${index}`, position: place, config: { for: '15m' } });
    } else {
      nodes.push({ id, type: 'send_sms', name: `SMS ${index}`, position: place, config: message(index) });
    }
  }
  for (let index = 1; index < count; index++) {
    const [before, node] = [nodes[index - 1], nodes[index]];
    const port = before.type === 'jump' ? 'exceeded' : 'next';
    edges.push({ from: before.id, port, to: node.id });
    const later = nodes[index + columns];
    if (node.type === 'send_sms' && later && index % 3 === 0)
      edges.push({ from: node.id, port: 'not_delivered', to: later.id });
  }
  return { schema: 'sluice/v1', name, nodes, edges };
}

function message(index) {
  return {
    channel: 'sms-main',
    to: '+639171234567',
    category: 'notification',
    message: { type: 'text', text: `Message ${index}: your parcel is on its way and arrives today.` },
    delivered_within: '30s',
  };
}
