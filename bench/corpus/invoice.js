// Totals of an invoice with tax per rate.
const RATES = { standard: 0.2, reduced: 0.05, zero: 0 };

function lineTotal({ quantity, unitPrice, discount = 0 }) {
  return Math.round(quantity * unitPrice * (1 - discount) * 100) / 100;
}

function totals(lines) {
  const byRate = new Map();
  for (const line of lines) {
    const net = lineTotal(line);
    const before = byRate.get(line.rate) ?? { net: 0, tax: 0 };
    byRate.set(line.rate, { net: before.net + net, tax: before.tax + net * RATES[line.rate] });
  }
  let net = 0;
  let tax = 0;
  for (const entry of byRate.values()) {
    net += entry.net;
    tax += entry.tax;
  }
  return { byRate: Object.fromEntries(byRate), net, tax, gross: net + tax };
}

const invoice = [
  { title: "Desk", quantity: 2, unitPrice: 180, rate: "standard" },
  { title: "Book", quantity: 5, unitPrice: 12.5, rate: "zero", discount: 0.1 },
  { title: "Lamp", quantity: 1, unitPrice: 49.9, rate: "reduced" },
];

console.log(JSON.stringify(totals(invoice), null, 2));
