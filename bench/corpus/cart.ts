type Money = { readonly cents: number; readonly currency: "EUR" | "USD" };
interface Item {
  readonly sku: string;
  readonly price: Money;
  quantity: number;
}
type Discount = (items: readonly Item[]) => number;

const threeForTwo =
  (sku: string): Discount =>
  (items) =>
    items.filter((item) => item.sku === sku).reduce((sum, item) => sum + Math.floor(item.quantity / 3) * item.price.cents, 0);

class Cart {
  readonly #items = new Map<string, Item>();
  constructor(private readonly discounts: readonly Discount[] = []) {}

  add(sku: string, price: Money, quantity = 1): this {
    const known = this.#items.get(sku);
    if (known === undefined) this.#items.set(sku, { sku, price, quantity });
    else known.quantity += quantity;
    return this;
  }

  get total(): number {
    const items = [...this.#items.values()];
    const gross = items.reduce((sum, { price, quantity }) => sum + price.cents * quantity, 0);
    return this.discounts.reduce((rest, discount) => rest - discount(items), gross);
  }
}

const eur = (amount: number): Money => ({ cents: Math.round(amount * 100), currency: "EUR" });
const cart = new Cart([threeForTwo("tea")]).add("tea", eur(4.5), 3).add("cup", eur(9.99));
console.log((cart.total / 100).toFixed(2));
