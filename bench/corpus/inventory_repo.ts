import { Pool } from "pg";

export type Product = { readonly id: number; readonly name: string; readonly stock: number };

export class ProductRepository {
  constructor(private readonly pool: Pool) {}

  async find(id: number): Promise<Product | null> {
    const { rows } = await this.pool.query<Product>("select id, name, stock from products where id = $1", [id]);
    return rows[0] ?? null;
  }

  async lowOnStock(limit: number): Promise<readonly Product[]> {
    const { rows } = await this.pool.query<Product>("select id, name, stock from products where stock < $1 order by stock", [limit]);
    return rows;
  }

  async receive(id: number, quantity: number): Promise<void> {
    if (!Number.isInteger(quantity) || quantity <= 0) throw new RangeError("quantity must be a positive integer");
    const client = await this.pool.connect();
    try {
      await client.query("begin");
      await client.query("update products set stock = stock + $2 where id = $1", [id, quantity]);
      await client.query("insert into deliveries (product_id, quantity) values ($1, $2)", [id, quantity]);
      await client.query("commit");
    } catch (error) {
      await client.query("rollback");
      throw error;
    } finally {
      client.release();
    }
  }
}
