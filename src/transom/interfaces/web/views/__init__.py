"""The screens, one module each. A view asks a selector or calls a service, and shows what came back."""
