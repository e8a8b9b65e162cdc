"""What gtmgen can say about a spec or a container: each rule, why it holds, and examples."""
