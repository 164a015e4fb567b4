// ruleid: graphql-debug-on
new ApolloServer({ typeDefs, resolvers, introspection: true });
// ruleid: graphql-debug-on
app.use("/graphql", graphqlHTTP({ schema, graphiql: true }));
// ok: graphql-debug-on
new ApolloServer({ typeDefs, resolvers, introspection: false });
// ok: graphql-debug-on
app.use("/graphql", graphqlHTTP({ schema, graphiql: isDevelopment }));
